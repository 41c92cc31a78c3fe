import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { configKeys } from '../../protocol/configKeys.ts';
import { runFileSchema } from '../../protocol/runs.ts';
import type { App } from '../app.ts';
import type { SetEntry } from './presets.ts';
import { valueAt } from './previewFacts.ts';

/** A run’s choices, to be changed and run again: its data, its model, and each option that would otherwise be another today. */
export async function earlierRun(app: App, id: string): Promise<{ dataset: string; model: string; set: SetEntry[] }> {
  const { run } = await app.backend.request('runs/status', { run: id });
  const file = runFileSchema.parse(JSON.parse(await readFile(path.join(run.path, 'config.json'), 'utf8')));
  const dataset = `${file.dataset.id}@${String(file.dataset.version)}`;
  const model = file.model.id;
  const today = await app.backend.request('runs/plan', { dataset, model });
  const set = configKeys.flatMap(({ key }): SetEntry[] => {
    const [then, now] = [valueAt(file.config, key), valueAt(today.config, key)];
    return JSON.stringify(then) === JSON.stringify(now) ? [] : [{ key, value: toValue(then) }];
  });
  return { dataset, model, set };
}

/** A list as it is written on the command line. */
function toValue(value: unknown): SetEntry['value'] {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
