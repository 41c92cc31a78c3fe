import { mapTargetSchema, type DatasetFormat, type MapTarget } from '../../../protocol/datasets.ts';
import { usageError } from '../../../protocol/errors.ts';
import type { Json } from '../../../protocol/json.ts';
import { rowIssue } from './issues.ts';
import { isObject, own, setOwn, type JsonObject } from './json.ts';
import type { RowContext } from './context.ts';

type MapSource =
  | { kind: 'column'; name: string }
  | { kind: 'path'; steps: (string | number)[]; text: string }
  | { kind: 'literal'; value: string };

/** What `--map target=source` says, target by target. Empty when no mapping was given. */
export type Mapping = ReadonlyMap<MapTarget, MapSource>;

export const noMapping: Mapping = new Map();

/** Reads the values of `--map`: `prompt=question`, `prompt=$.data.question`, `system='You are brief.'`. */
export function parseMapping(entries: readonly string[]): Mapping {
  const mapping = new Map<MapTarget, MapSource>();
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const target = mapTargetSchema.safeParse(at === -1 ? entry : entry.slice(0, at).trim());
    const source = at === -1 ? '' : entry.slice(at + 1).trim();
    if (!target.success) {
      throw usageError('map_target', `--map ${entry}: no such target.`, { hint: `Targets are ${mapTargetSchema.options.join(', ')}; write target=column.` });
    }
    if (source === '') {
      throw usageError('map_source', `--map ${entry}: the source is missing.`, { hint: 'Write target=column, target=$.json.path or target=\'literal\'.' });
    }
    if (mapping.has(target.data)) throw usageError('map_twice', `--map names ${target.data} twice.`);
    mapping.set(target.data, parseSource(source, entry));
  }
  return mapping;
}

/** The format that the targets of a mapping imply, or null when they do not settle it. */
export function formatOfMapping(mapping: Mapping): DatasetFormat | null {
  if (mapping.has('chosen') || mapping.has('rejected')) return 'preference_messages';
  if (mapping.has('label')) return 'kto';
  if (mapping.has('messages')) return 'openai_chat';
  if (mapping.has('instruction') || mapping.has('output')) return 'alpaca';
  if (mapping.has('prompt') || mapping.has('completion')) return 'prompt_completion';
  if (mapping.has('text')) return 'text';
  return null;
}

/**
 * A row with its columns under the names that the formats know. A column whose name a target takes moves aside and
 * comes back as `displaced`, for meta. Null when the row lacks what is mapped to a target that it needs.
 */
export function mapRow(row: Json, mapping: Mapping, context: RowContext): { row: JsonObject; displaced: JsonObject } | null {
  if (!isObject(row)) {
    context.report(rowIssue('row_not_object', 'This row is not an object, so it has no columns to map.', { path: '$' }));
    return null;
  }
  const taken = new Set([...mapping.values()].flatMap((source) => (source.kind === 'column' ? [source.name] : [])));
  const result: JsonObject = {};
  const displaced: JsonObject = {};
  const names = new Set([...mapping.keys()].map(columnOf));
  for (const [key, value] of Object.entries(row)) {
    if (taken.has(key)) continue;
    setOwn(names.has(key) ? displaced : result, key, value);
  }
  for (const [target, source] of mapping) {
    const value = valueOf(source, row);
    if (value === undefined) {
      if (optionalTargets.has(target)) continue;
      context.report(rowIssue('map_missing', `--map takes ${target} from ${describe(source)}, and this row has no such thing.`, { path: '$' }));
      return null;
    }
    setOwn(result, columnOf(target), value);
  }
  return { row: result, displaced };
}

function columnOf(target: MapTarget): string {
  return target === 'weight' ? 'loss_weight' : target;
}

function valueOf(source: MapSource, row: JsonObject): Json | undefined {
  if (source.kind === 'literal') return source.value;
  if (source.kind === 'column') return own(row, source.name);
  let value: Json | undefined = row;
  for (const step of source.steps) {
    if (Array.isArray(value)) value = typeof step === 'number' ? value.at(step) : undefined;
    else value = isObject(value) ? own(value, String(step)) : undefined;
  }
  return value;
}

function describe(source: MapSource): string {
  if (source.kind === 'literal') return 'a literal';
  return source.kind === 'column' ? `the column ${JSON.stringify(source.name)}` : source.text;
}

function parseSource(source: string, entry: string): MapSource {
  const mark = source.charAt(0);
  if (mark === "'" || mark === '"') {
    if (source.length < 2 || !source.endsWith(mark)) throw usageError('map_source', `--map ${entry}: the quote is not closed.`);
    return { kind: 'literal', value: source.slice(1, -1) };
  }
  if (source !== '$' && !source.startsWith('$.') && !source.startsWith('$[')) return { kind: 'column', name: source };
  const steps: (string | number)[] = [];
  pathStep.lastIndex = 1;
  while (pathStep.lastIndex < source.length) {
    const match = pathStep.exec(source);
    if (match === null) throw usageError('map_source', `--map ${entry}: ${source} is no JSON path.`, { hint: 'Write $.a.b, $.a[0] or $["a b"].' });
    if (match[2] !== undefined) steps.push(Number(match[2]));
    else steps.push(match[1] ?? match[3] ?? match[4] ?? '');
  }
  return { kind: 'path', steps, text: source };
}

const pathStep = /\.([^.[\]]+)|\[(-?\d+)\]|\["([^"]*)"\]|\['([^']*)'\]/y;
const optionalTargets: ReadonlySet<MapTarget> = new Set(['system', 'input', 'tools', 'weight', 'id']);
