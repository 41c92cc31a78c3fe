import path from 'node:path';
import type { ServedModel } from '../inference/front/servedModel.ts';
import { listModels, type CatalogueInit } from '../models/catalogue.ts';
import { ggufName } from './adapterFolder.ts';
import type { AdapterPlace } from './register.ts';
import { allAdapters } from './shelf.ts';

/**
 * What can be served: every model with a GGUF, and on top of them every adapter with one, as `name@version`. Each agent
 * counts its own versions, so that two may have the same: such adapters are listed by their ids.
 */
export function servedModels(catalogue: CatalogueInit, place: AdapterPlace | null): ServedModel[] {
  const bases = listModels(catalogue).flatMap(({ id, gguf }): ServedModel[] => (gguf === null ? [] : [{ id, names: [], modelPath: gguf, adapterPath: null }]));
  if (place === null) return bases;
  const adapters = allAdapters(place).flatMap((adapter) => {
    const base = bases.find(({ id }) => id === adapter.baseModel);
    return base === undefined || !adapter.hasGguf ? [] : [{ id: adapter.id, name: `${adapter.name}@${String(adapter.version)}`, modelPath: base.modelPath, adapterPath: path.join(adapter.path, ggufName) }];
  });
  const isShared = (name: string) => adapters.filter((adapter) => adapter.name === name).length > 1;
  return [...bases, ...adapters.map(({ id, name, ...files }): ServedModel => (isShared(name) ? { id, names: [name], ...files } : { id: name, names: [id], ...files }))];
}
