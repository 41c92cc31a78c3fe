import type { StartRequest } from '../../protocol/requests.ts';

export type SetEntry = StartRequest['set'][number];

export interface Preset {
  id: string;
  name: string;
  description: string;
  detail: string;
  set: readonly SetEntry[];
}

/** A few ways to train, as training options over those of the model’s profile and the workspace. */
export const presets: readonly Preset[] = [
  { id: 'standard', name: 'Standard', description: 'as the model’s profile and the workspace say', detail: 'Nothing is changed: chats and text get three epochs over all layers where nothing else is set, preferences as many as turn them.', set: [] },
  {
    id: 'quick',
    name: 'Quick look',
    description: 'one epoch on the last layers',
    detail: 'Says within a fraction of the time whether the data teach what they should.',
    set: [{ key: 'epochs', value: 1 }, { key: 'lora.lastLayers', value: 4 }],
  },
  {
    id: 'lastLayers',
    name: 'Last layers with the cache',
    description: 'adapters on the last 4 layers, three epochs',
    detail: 'Lower layers are computed once and kept: later epochs take a fraction of the first. Good for small models on a CPU.',
    set: [{ key: 'lora.lastLayers', value: 4 }, { key: 'prefixCache.mode', value: 'auto' }, { key: 'epochs', value: 3 }],
  },
  {
    id: 'thorough',
    name: 'Thorough',
    description: 'six epochs, ends early when validation stops improving',
    detail: 'A larger adapter on all layers; the best checkpoint is kept, not the last one.',
    set: [{ key: 'epochs', value: 6 }, { key: 'lora.rank', value: 32 }, { key: 'lora.alpha', value: 64 }, { key: 'earlyStopping.enabled', value: true }, { key: 'publishBest', value: true }],
  },
];

/** `entries` with one option set anew. */
export function withOption(entries: readonly SetEntry[], entry: SetEntry): SetEntry[] {
  return [...entries.filter(({ key }) => key !== entry.key), entry];
}
