import type { AdapterShowResult, AdapterSummary } from '../../protocol/adapters.ts';
import type { ModelSearch } from '../models/resolveModel.ts';
import { listAdapters } from '../store/adapters.ts';
import { importAdapter, type ImportAdapterInput } from './importAdapter.ts';
import type { AdapterPlace } from './register.ts';
import { removeAdapter, requireAdapter, showAdapter } from './shelf.ts';

export interface Adapters {
  list(): AdapterSummary[];
  /** One adapter by id, name, name@version or run. */
  find(nameOrId: string): AdapterSummary;
  show(nameOrId: string): AdapterShowResult;
  import(input: ImportAdapterInput, signal: AbortSignal): Promise<AdapterSummary>;
  remove(nameOrId: string, isConfirmed: boolean): Promise<{ adapter: AdapterSummary; trash: string }>;
}

/** The workspace's adapters, behind the `training adapter` commands. */
export function makeAdapters(place: AdapterPlace, search: ModelSearch): Adapters {
  return {
    list: () => listAdapters(place.store),
    find: (nameOrId) => requireAdapter(place, nameOrId),
    show: (nameOrId) => showAdapter(place, nameOrId),
    import: (input, signal) => importAdapter(place, search, input, signal),
    remove: (nameOrId, isConfirmed) => removeAdapter(place, nameOrId, isConfirmed),
  };
}
