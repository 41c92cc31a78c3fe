import type { DatasetFormat, MapTarget } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';

export type MapSource = { kind: 'column'; name: string } | { kind: 'path'; steps: (string | number)[]; text: string } | { kind: 'literal'; value: Json };

/** What `--map target=source` says, target by target. Empty when no mapping was given. */
export type Mapping = ReadonlyMap<MapTarget, MapSource>;

export const noMapping: Mapping = new Map();

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
