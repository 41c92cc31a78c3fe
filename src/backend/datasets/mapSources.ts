import type { MapTarget } from '../../protocol/datasets.ts';
import { mapTargets } from '../../protocol/datasets.ts';
import { usageError } from '../../protocol/errors.ts';
import type { MapSource, Mapping } from './formats/mapping.ts';

/** Sources of `--map`: a literal in quotes, a JSON path that starts with `$`, else a column. */
export function parseMapping(pairs: Partial<Record<MapTarget, string>>): Mapping {
  const mapping = new Map<MapTarget, MapSource>();
  for (const target of mapTargets) {
    const source = pairs[target];
    if (source !== undefined) mapping.set(target, parseSource(source));
  }
  return mapping;
}

function parseSource(source: string): MapSource {
  const quoted = /^(["'])(.*)\1$/s.exec(source);
  if (quoted !== null) return { kind: 'literal', value: quoted[2] ?? '' };
  if (!source.startsWith('$')) return { kind: 'column', name: source };
  const steps: (string | number)[] = [];
  let at = 1;
  while (at < source.length) {
    const step = /^(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,6})\]|\[(["'])(.*?)\3\])/.exec(source.slice(at));
    if (step === null) throw usageError('map_path', `“${source}” is no JSON path.`, { hint: 'Write it like $.data.turns[0] or $["a key"].' });
    steps.push(step[2] === undefined ? (step[1] ?? step[4] ?? '') : Number(step[2]));
    at += step[0].length;
  }
  return { kind: 'path', steps, text: source };
}
