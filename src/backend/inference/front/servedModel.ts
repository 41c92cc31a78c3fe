import { statSync } from 'node:fs';
import { HttpProblem } from './problem.ts';

/** A model as clients name it: a base, or a base with an adapter. */
export interface ServedModel {
  /** As the list has it; no two are the same. */
  id: string;
  /** What it may be called as well, where no other is called so. */
  names: string[];
  modelPath: string;
  adapterPath: string | null;
}

export function findModel(models: readonly ServedModel[], name: string): ServedModel {
  const byId = models.find(({ id }) => id === name);
  if (byId !== undefined) return byId;
  const [found, ...others] = models.filter(({ names }) => names.includes(name));
  if (found === undefined) throw new HttpProblem(404, 'model_not_found', `There is no model “${name}” here. GET /v1/models lists those that are.`, 'model');
  if (others.length === 0) return found;
  throw new HttpProblem(400, 'model_ambiguous', `Several agents have an adapter “${name}”: name one by its id, ${[found, ...others].map(({ id }) => id).join(' or ')}.`, 'model');
}

/** A model in the protocol's form. It is as old as its file, and 0 where that has just gone. */
export function modelObject({ id, modelPath, adapterPath }: ServedModel) {
  const file = statSync(adapterPath ?? modelPath, { throwIfNoEntry: false });
  return { id, object: 'model', created: file === undefined ? 0 : Math.floor(file.mtimeMs / 1000), owned_by: 'training-camp' };
}
