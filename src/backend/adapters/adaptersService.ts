import type { AdapterShowResult, AdapterSummary, AdapterTestResult } from '../../protocol/adapters.ts';
import { importAdapter, importFromRun, runOfFolder, type ImportAdapterInput } from './importAdapter.ts';
import { testAdapter, type TestDependencies, type TestInput, type TestOptions } from './proof/testAdapter.ts';
import { allAdapters, removeAdapter, requireAdapter, showAdapter } from './shelf.ts';

export interface Adapters {
  list(): AdapterSummary[];
  /** One adapter by id, name, name@version or run. */
  find(nameOrId: string): AdapterSummary;
  show(nameOrId: string): AdapterShowResult;
  /** A folder from elsewhere; or a run by its id, whose adapter could not be registered when it was completed. */
  import(input: ImportAdapterInput, signal: AbortSignal): Promise<AdapterSummary>;
  remove(nameOrId: string, isConfirmed: boolean): Promise<{ adapter: AdapterSummary; trash: string }>;
  /** Measures an adapter against its base; see proof/testAdapter.ts. */
  test(input: TestInput, options: TestOptions): Promise<AdapterTestResult>;
}

/** The workspace's adapters, behind the `training adapter` commands. */
export function makeAdapters(dependencies: TestDependencies): Adapters {
  const { place, search } = dependencies;
  return {
    list: () => allAdapters(place),
    find: (nameOrId) => requireAdapter(place, nameOrId),
    show: (nameOrId) => showAdapter(place, nameOrId),
    import: async (input, signal) => {
      const run = runOfFolder(place, input.folder);
      return run === null ? await importAdapter(place, search, input, signal) : await importFromRun(place, run, input, signal);
    },
    remove: (nameOrId, isConfirmed) => removeAdapter(place, nameOrId, isConfirmed),
    test: (input, options) => testAdapter(dependencies, input, options),
  };
}
