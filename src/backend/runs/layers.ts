import { suggest } from '../../common/suggest.ts';
import { usageError } from '../../protocol/errors.ts';
import { problemText } from '../../protocol/problem.ts';
import { lockedKeys, selectionKeys, type LockedFacts } from '../../protocol/profiles.ts';
import { trainingConfigSchema, type ConfigLayer, type TrainingConfig } from '../../protocol/runs.ts';
import { configGroups, configKeys, findConfigKey } from '../../protocol/configKeys.ts';
import type { SourceDocument } from './sourceDocument.ts';

/** One key of one layer, and where a person can find it: `CodeAgents/training.config.json:3:5` or `--lr`. */
export interface LayerEntry {
  key: string;
  value: unknown;
  where: string;
  /** A value from a command line is text until the key's schema says what it means. */
  isText?: boolean;
}

export interface Layer {
  layer: ConfigLayer;
  entries: LayerEntry[];
}

export interface ResolvedConfig {
  config: TrainingConfig;
  /** Dotted key to the layer that its value comes from; every key is there. */
  sources: Record<string, ConfigLayer>;
}

const skippedKeys: ReadonlySet<string> = new Set(['$schema', ...selectionKeys]);
const locked: ReadonlySet<string> = new Set(lockedKeys);
const allKeys = [...configKeys.map((entry) => entry.key), ...selectionKeys];

/** The entries of a configuration file or of a part of one (`at`), nested groups flattened to dotted keys. */
export function fileEntries(document: SourceDocument, at: readonly string[] = []): LayerEntry[] {
  let value = document.value;
  for (const part of at) value = isRecord(value) ? value[part] : undefined;
  if (value === undefined) return [];
  if (!isRecord(value)) {
    throw usageError('config_shape', `${place(document, at)}: expected a mapping of options.`);
  }
  return flatten(document, value, [...at], '');
}

function flatten(document: SourceDocument, value: Record<string, unknown>, path: string[], prefix: string): LayerEntry[] {
  return Object.entries(value).flatMap(([name, child]) => {
    const key = `${prefix}${name}`;
    const childPath = [...path, name];
    if (configGroups.has(key) && isRecord(child)) return flatten(document, child, childPath, `${key}.`);
    return [{ key, value: child, where: place(document, childPath) }];
  });
}

/**
 * Applies the layers, later over earlier. Each value is checked where it stands, so that a mistake names its layer and
 * place, also where a later layer would have hidden it.
 */
export function resolveLayers(layers: readonly Layer[], profile: { name: string; facts: LockedFacts } | null): ResolvedConfig {
  const values = new Map<string, unknown>(configKeys.map((entry) => [entry.key, entry.defaultValue]));
  const sources: Record<string, ConfigLayer> = Object.fromEntries(configKeys.map((entry) => [entry.key, 'default' as const]));
  for (const { layer, entries } of layers) {
    for (const entry of entries) {
      checkLocked(layer, entry, profile);
      if (skippedKeys.has(entry.key)) continue;
      values.set(entry.key, parseValue(layer, entry));
      sources[entry.key] = layer;
    }
  }
  return { config: trainingConfigSchema.parse(nest(values)), sources };
}

function checkLocked(layer: ConfigLayer, entry: LayerEntry, profile: { name: string; facts: LockedFacts } | null): void {
  const head = entry.key.split('.')[0] ?? entry.key;
  if (!locked.has(head)) return;
  if (profile === null) {
    if (head === 'model') return;
    throw usageError('locked_key', `${entry.where}: “${entry.key}” is a fact of the model and can’t be set (layer ${layer}).`);
  }
  if (head === 'model' && entry.value === profile.facts.model) return;
  throw usageError('locked_key', `${entry.where}: the ${layer} layer can’t override “${entry.key}”, which profile ${profile.name} locks.`, {
    hint: head === 'model' ? 'Choose another profile with --profile, or remove the model.' : 'Remove the key.',
    details: { key: entry.key, layer, profile: profile.name },
  });
}

function parseValue(layer: ConfigLayer, entry: LayerEntry): unknown {
  const found = findConfigKey(entry.key);
  if (found === undefined) {
    const near = suggest(entry.key, allKeys);
    const hint = configGroups.has(entry.key)
      ? `“${entry.key}” groups options, such as ${allKeys.find((key) => key.startsWith(`${entry.key}.`)) ?? ''}.`
      : near === null
        ? 'docs/configuration.md lists the options.'
        : `Did you mean “${near}”?`;
    throw usageError('unknown_option', `${entry.where}: there is no option “${entry.key}” (layer ${layer}).`, {
      hint,
      details: { key: entry.key, layer, suggestion: near },
    });
  }
  let problem = '';
  for (const candidate of entry.isText === true ? readings(String(entry.value)) : [entry.value]) {
    const parsed = found.schema.safeParse(candidate);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    if (problem === '') problem = issue === undefined ? 'is not valid' : problemText(issue, entry.value);
  }
  throw usageError('invalid_option', `${entry.where}: ${entry.key} ${problem} (layer ${layer}).`, {
    hint: found.description,
    details: { key: entry.key, layer },
  });
}

/** What text on a command line may mean, the likeliest first: JSON, the text itself, a list with commas. */
function readings(text: string): unknown[] {
  const list: unknown[] = [];
  try {
    list.push(JSON.parse(text));
  } catch {
    // Not JSON: plain text, as most values are.
  }
  list.push(text);
  if (text.includes(',') || /^[A-Za-z0-9_.]+$/.test(text)) list.push(text.split(',').map((part) => part.trim()));
  return list;
}

function nest(values: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of values) {
    const [group, name] = key.split('.');
    if (group === undefined) continue;
    if (name === undefined) {
      result[group] = value;
      continue;
    }
    const existing = result[group];
    result[group] = { ...(isRecord(existing) ? existing : {}), [name]: value };
  }
  return result;
}

function place(document: SourceDocument, path: readonly PropertyKey[]): string {
  const at = document.locate(path);
  return at === null ? document.file : `${document.file}:${at.line}:${at.column}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
