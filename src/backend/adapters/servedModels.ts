import path from 'node:path';
import type { ServedModel } from '../inference/front/front.ts';
import { listModels, type CatalogueInit } from '../models/catalogue.ts';
import { ggufName } from './adapterFolder.ts';
import type { AdapterPlace } from './register.ts';
import { allAdapters } from './shelf.ts';

/** What can be served: every model with a GGUF, and on top of them every adapter with one, as `name@version`. */
export function servedModels(catalogue: CatalogueInit, place: AdapterPlace | null): ServedModel[] {
  const bases = listModels(catalogue).flatMap(({ id, gguf }): ServedModel[] => (gguf === null ? [] : [{ id, modelPath: gguf, adapterPath: null }]));
  if (place === null) return bases;
  const adapters = allAdapters(place).flatMap(({ name, version, baseModel, hasGguf, path: folder }): ServedModel[] => {
    const base = bases.find(({ id }) => id === baseModel);
    return base === undefined || !hasGguf ? [] : [{ id: `${name}@${String(version)}`, modelPath: base.modelPath, adapterPath: path.join(folder, ggufName) }];
  });
  return [...bases, ...adapters];
}
