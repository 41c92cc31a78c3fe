import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { DatasetReport, Facets, RowFilterRequest } from '../../src/protocol/datasetPages.ts';
import type { PanelBackend } from '../shared/backend.ts';
import { noFilter, type KeptState, type Tab } from './panelState.ts';
import { asProblem, type Problem } from './problem.ts';
import { isSameFilter, RowPager } from './rowPager.ts';

export interface DatasetState extends KeptState {
  dataset: string;
  report: DatasetReport | null;
  facets: Facets | null;
  problem: Problem | null;
  /** Rows that match; replaced with the filter. */
  pager: RowPager;
  /** Rises when rows have come, so that what shows them is drawn again. */
  pagesSeen: number;
  /** 0 to 1 while rows are searched, else null. */
  searched: number | null;
  load: () => Promise<void>;
  /** After a failure: asks for everything anew. */
  retry: () => void;
  openTab: (tab: Tab) => void;
  chooseVersion: (version: number | null) => void;
  changeFilter: (change: Partial<RowFilterRequest>) => void;
  clearFilter: () => void;
  select: (index: number, isExpanded?: boolean) => void;
  /** Shows a row by its number in the version, whatever was filtered. */
  goToRow: (row: number) => void;
  inspectFrom: (row: number) => void;
  chooseModel: (model: string | null) => void;
}

export type UseDataset = UseBoundStore<StoreApi<DatasetState>>;

/** Everything that the panel shows, and what it may do about it. One for each page. */
export function makeDatasetStore({ backend, dataset, kept, keep }: { backend: PanelBackend; dataset: string; kept: KeptState; keep: (state: KeptState) => void }): UseDataset {
  const store: UseDataset = create<DatasetState>()((set, get) => {
    const ifShown = (pager: RowPager, change: (now: DatasetState) => Partial<DatasetState>) => {
      if (pager === get().pager) set(change);
    };
    const makePager = (wanted: Pick<KeptState, 'version' | 'filter'>) => {
      const { version, filter } = wanted;
      const pager: RowPager = new RowPager({
        fetch: (page, signal) => backend.requestWithProgress('datasets/page', { dataset, version, filter, ...page }, { signal, onProgress: ({ share }) => ifShown(pager, () => ({ searched: share })) }),
        onChanged: () => ifShown(pager, ({ pagesSeen }) => ({ pagesSeen: pagesSeen + 1, searched: null, problem: null })),
        onProblem: (error) => ifShown(pager, () => ({ problem: asProblem(error), searched: null })),
      });
      return pager;
    };
    const refilter = (change: Partial<KeptState>) => {
      get().pager.dispose();
      const { version, filter } = { ...get(), ...change };
      set({ ...change, searched: null, pager: makePager({ version, filter }) });
    };
    return {
      ...kept,
      dataset,
      report: null,
      facets: null,
      problem: null,
      pager: makePager(kept),
      pagesSeen: 0,
      searched: null,
      load: async () => {
        const { version } = get();
        try {
          const before = get().report?.dataset;
          const report = await backend.request('datasets/report', { dataset, version });
          if (get().version !== version) return;
          const isOther = before !== undefined && (before.version !== report.dataset.version || before.sha256 !== report.dataset.sha256);
          set(({ pagesSeen }) => ({ report, problem: null, pagesSeen: pagesSeen + 1 }));
          if (isOther) refilter({ selected: 0, isExpanded: false });
          const facets = await backend.request('datasets/facets', { dataset, version: report.dataset.version });
          if (get().version === version) set({ facets });
        } catch (error) {
          set({ problem: asProblem(error) });
        }
      },
      retry: () => {
        set({ problem: null });
        refilter({});
        void get().load();
      },
      openTab: (tab) => set({ tab }),
      chooseVersion: (version) => {
        refilter({ version, selected: 0, isExpanded: false, lensFirst: 1, filter: { ...get().filter, issue: null } });
        set({ facets: null });
        void get().load();
      },
      changeFilter: (change) => {
        const filter = { ...get().filter, ...change };
        if (!isSameFilter(filter, get().filter)) refilter({ filter, selected: 0, isExpanded: false });
      },
      clearFilter: () => get().changeFilter(noFilter),
      select: (index, isExpanded) => set(({ selected, isExpanded: was }) => ({ selected: index, isExpanded: isExpanded ?? (selected === index && was) })),
      goToRow: (row) => {
        if (!isSameFilter(get().filter, noFilter)) refilter({ filter: noFilter });
        set({ tab: 'rows', selected: row - 1, isExpanded: true });
      },
      inspectFrom: (row) => set({ tab: 'tokens', lensFirst: row }),
      chooseModel: (lensModel) => set({ lensModel }),
    };
  });
  store.subscribe(({ tab, version, filter, selected, isExpanded, lensFirst, lensModel }) => keep({ tab, version, filter, selected, isExpanded, lensFirst, lensModel }));
  return store;
}
