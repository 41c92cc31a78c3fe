import { needsConfirmation } from '../../../protocol/errors.ts';
import type { Json } from '../../../protocol/json.ts';
import type { ExportOptions, FoundSecret } from '../../../protocol/sessionExport.ts';
import { findSecrets, maskSecrets } from '../../datasets/formats/secrets.ts';

/** Finds secrets in everything that would be written, and masks or refuses it as the options say. Keys are kept as they are. */
export function handleSecrets<Value extends Json>(value: Value, handling: ExportOptions['secrets'], nameOf: (path: readonly (string | number)[]) => string): { value: Json; secrets: FoundSecret[] } {
  const secrets: FoundSecret[] = [];
  const visit = (item: Json, path: readonly (string | number)[]): Json => {
    if (typeof item === 'string') {
      const found = findSecrets(item);
      for (const { kind, masked } of found) secrets.push({ kind, masked, where: nameOf(path) });
      return handling === 'mask' && found.length > 0 ? maskSecrets(item, found) : item;
    }
    if (Array.isArray(item)) return item.map((inner, index) => visit(inner, [...path, index]));
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, visit(inner, [...path, key])]));
  };
  const masked = visit(value, []);
  if (handling === 'refuse' && secrets.length > 0) {
    throw needsConfirmation('secrets_found', `The export would hold ${secrets.length === 1 ? 'a secret' : `${String(secrets.length)} secrets`}: ${listed(secrets)}.`, {
      hint: 'Export with --secrets mask to replace them, or with --secrets keep to write them as they are.',
      details: { secrets },
    });
  }
  return { value: masked, secrets };
}

function listed(secrets: readonly FoundSecret[]): string {
  const shown = secrets.slice(0, 5).map(({ kind, masked, where }) => `${kind} ${masked} in ${where}`).join('; ');
  return secrets.length > 5 ? `${shown}; and ${String(secrets.length - 5)} more` : shown;
}
