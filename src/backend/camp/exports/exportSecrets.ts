import { needsConfirmation } from '../../../protocol/errors.ts';
import type { Json } from '../../../protocol/json.ts';
import type { ExportOptions, FoundSecret } from '../../../protocol/sessionExport.ts';
import { findSecrets, maskSecrets, type Secret } from '../../datasets/formats/secrets.ts';

/** Looks for secrets in everything that would be written, and masks them where the options say so. Keys of objects stay. */
export class SecretScan {
  readonly found: FoundSecret[] = [];
  readonly #handling: ExportOptions['secrets'];
  /** An artifact stands in many pairs. */
  readonly #known = new Map<string, Secret[]>();

  constructor(handling: ExportOptions['secrets']) {
    this.#handling = handling;
  }

  /** `where` is said before the place within the value. */
  value(value: Json, where: string): Json {
    if (typeof value === 'string') return this.#text(value, where);
    if (Array.isArray(value)) return value.map((item, index) => this.value(item, joined(where, String(index))));
    return typeof value === 'object' && value !== null ? this.fields(value, where) : value;
  }

  fields(fields: Record<string, Json>, where: string): Record<string, Json> {
    return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, this.value(item, joined(where, key))]));
  }

  /** Throws `secrets_found` where there are some and nobody said what to do with them. */
  conclude(): void {
    if (this.#handling !== 'refuse' || this.found.length === 0) return;
    throw needsConfirmation('secrets_found', `The export would hold ${this.found.length === 1 ? 'a secret' : `${String(this.found.length)} secrets`}: ${listed(this.found)}.`, {
      hint: 'Export with --secrets mask to replace them, or with --secrets keep to write them as they are.',
      details: { secrets: this.found },
    });
  }

  #text(text: string, where: string): string {
    let secrets = this.#known.get(text);
    if (secrets === undefined) this.#known.set(text, (secrets = findSecrets(text)));
    for (const { kind, masked } of secrets) this.found.push({ kind, masked, where });
    return this.#handling === 'mask' && secrets.length > 0 ? maskSecrets(text, secrets) : text;
  }
}

function joined(where: string, key: string): string {
  return where === '' ? key : `${where}.${key}`;
}

function listed(secrets: readonly FoundSecret[]): string {
  const shown = secrets.slice(0, 5).map(({ kind, masked, where }) => `${kind} ${masked} in ${where}`).join('; ');
  return secrets.length > 5 ? `${shown}; and ${String(secrets.length - 5)} more` : shown;
}
