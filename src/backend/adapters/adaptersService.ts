import type { AdapterImportResult, AdapterShowResult, AdapterSummary, AdapterTestResult } from '../../protocol/adapters.ts';
import type { AdapterPlace } from './register.ts';
import { importAdapter, importFromRun, runOfFolder, type ImportAdapterInput } from './importAdapter.ts';
import { testAdapter, type TestDependencies, type TestInput, type TestOptions } from './proof/testAdapter.ts';
import { allAdapters, removeAdapter, requireAdapter, showAdapter } from './shelf.ts';

export interface Adapters {
  list(): AdapterSummary[];
  /** One adapter by id, name, name@version or run. */
  find(nameOrId: string): AdapterSummary;
  show(nameOrId: string): AdapterShowResult;
  /** A folder from elsewhere; or a run by its id, whose adapter could not be registered when it was completed. */
  import(input: ImportAdapterInput, signal: AbortSignal): Promise<AdapterImportResult>;
  remove(nameOrId: string, isConfirmed: boolean): Promise<{ adapter: AdapterSummary; trash: string }>;
  /** Measures an adapter against its base; see proof/testAdapter.ts. */
  test(input: TestInput, options: TestOptions): Promise<AdapterTestResult>;
}

/** The workspace's adapters, behind the `training adapter` commands. `shelf` is where those are that there are already. */
export function makeAdapters(dependencies: TestDependencies & { shelf: AdapterPlace }): Adapters {
  const { place, shelf } = dependencies;
  return {
    list: () => allAdapters(shelf),
    find: (nameOrId) => requireAdapter(shelf, nameOrId),
    show: (nameOrId) => showAdapter(shelf, nameOrId),
    import: async (input, signal) => {
      const run = runOfFolder(place, input.folder);
      if (run === null) return await importAdapter(dependencies, input, signal);
      return { adapter: await importFromRun(place, run, input, signal), ggufProblem: null };
    },
    remove: (nameOrId, isConfirmed) => removeAdapter(place, nameOrId, isConfirmed),
    test: (input, options) => testAdapter(dependencies, input, options),
  };
}
