import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { Delivered } from '../shared/backend.ts';
import type { Series } from './model/series.ts';

export type Run = Delivered<'runs/status'>['run'];
export type Alert = Delivered<'runs/status'>['alerts'][number];
export type Checkpoint = Delivered<'runs/status'>['checkpoints'][number];
export type Preference = Delivered<'runs/status'>['preference'];
export type Details = Delivered<'runs/details'>;

/** First and last step that are shown. */
export interface Zoom {
  from: number;
  to: number;
}

/** How a person has set the panel up; kept over hiding and reload. */
export interface RunUi {
  /** 0 to 0.99, as `smooth` takes it. */
  smoothing: number;
  isLog: boolean;
  isClipped: boolean;
  isTable: boolean;
  zoom: Zoom | null;
  overlays: string[];
}

export const defaultUi: RunUi = { smoothing: 0.6, isLog: false, isClipped: true, isTable: false, zoom: null, overlays: [] };

/** What is known of one run that is shown. */
export interface RunData {
  run: Run;
  alerts: Alert[];
  checkpoints: Checkpoint[];
  preference: Preference;
}

export interface RunPanelState {
  /** The run that the panel is of. */
  id: string;
  runs: Readonly<Record<string, RunData>>;
  details: Readonly<Record<string, Details>>;
  /** By run and metric. */
  series: Readonly<Record<string, Readonly<Record<string, Series>>>>;
  log: readonly string[] | null;
  /** Runs to lie over this one. */
  others: readonly Run[];
  isReconnecting: boolean;
  failure: { message: string; hint: string | undefined } | null;
  ui: RunUi;
  /** Widths of the charts in CSS pixels, which decide how many buckets are asked for. */
  widths: { main: number; side: number };
  setUi: (changes: Partial<RunUi>) => void;
  setWidths: (widths: { main: number; side: number }) => void;
}

export type RunStore = UseBoundStore<StoreApi<RunPanelState>>;

export function makeRunStore({ id, ui, onUi }: { id: string; ui: RunUi; onUi: (ui: RunUi) => void }): RunStore {
  return create<RunPanelState>((set, get) => ({
    id,
    runs: {},
    details: {},
    series: {},
    log: null,
    others: [],
    isReconnecting: false,
    failure: null,
    ui,
    widths: { main: 1000, side: 340 },
    setWidths: (widths) => set({ widths }),
    setUi: (changes) => {
      const next = { ...get().ui, ...changes };
      set({ ui: next });
      onUi(next);
    },
  }));
}
