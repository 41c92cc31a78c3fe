import { createStore, useStore, type StoreApi } from 'zustand';
import type { InputSplit, LineageLabel, SessionMode } from '../../../src/protocol/camp.ts';
import type { StrategyEdit } from '../model/editedStrategies.ts';
import { usePanel } from '../panelContext.ts';

/** An input while it is written. */
export interface InputDraft {
  text: string;
  split: InputSplit;
}

/** Which models, and what they may cost; null is the default, and no cap. */
export interface ModelChoice {
  model: string | null;
  trainerModel: string | null;
  costCapUsd: number | null;
}

/** How a person has set the panel up; kept over hiding and reload. */
export interface KeptUi {
  /** Id of the input that is shown; empty is the first. */
  input: string;
  /** 0 is the newest. */
  cycle: number;
  isBlind: boolean;
  isSideOpen: boolean;
  /** The card that the keyboard is on, by its place. */
  place: number;
  /** A new session while it is written. */
  draft: NewDraft | null;
  /** A message to the trainer while it is written. */
  message: string;
  /** The lineage that it is about; empty is all of them. */
  messageAbout: string;
  strategies: StrategyEdit | null;
}

export interface NewDraft {
  need: string;
  constraints: string;
  mode: SessionMode;
  inputs: InputDraft[];
  models: ModelChoice;
}

export const defaultUi: KeptUi = { input: '', cycle: 0, isBlind: false, isSideOpen: true, place: 0, draft: null, message: '', messageAbout: '', strategies: null };

/** A view that lies over the grid. */
export type Overlay =
  | { kind: 'answer'; label: LineageLabel }
  | { kind: 'trace'; label: LineageLabel }
  | { kind: 'compare'; labels: readonly [LineageLabel, LineageLabel] }
  | { kind: 'directive'; label: LineageLabel }
  | { kind: 'promote' }
  | { kind: 'export' }
  | { kind: 'settings' }
  | { kind: 'addInput' }
  | { kind: 'history' }
  | { kind: 'help' };

export interface UiState extends KeptUi {
  overlay: Overlay | null;
  /** The first of two cards to compare. */
  marked: LineageLabel | null;
  change: (change: Partial<KeptUi>) => void;
  open: (overlay: Overlay) => void;
  close: () => void;
  /** Marks a card for a comparison; a second one opens it. */
  mark: (label: LineageLabel) => void;
}

export type UiStore = StoreApi<UiState>;

export function makeUiStore({ kept, keep }: { kept: KeptUi; keep: (ui: KeptUi) => void }): UiStore {
  return createStore<UiState>()((set, get) => ({
    ...kept,
    overlay: null,
    marked: null,
    change: (change) => {
      set(change);
      const { input, cycle, isBlind, isSideOpen, place, draft, message, messageAbout, strategies } = get();
      keep({ input, cycle, isBlind, isSideOpen, place, draft, message, messageAbout, strategies });
    },
    open: (overlay) => set({ overlay }),
    close: () => set({ overlay: null }),
    mark: (label) => {
      const { marked } = get();
      if (marked === null || marked === label) set({ marked: marked === label ? null : label });
      else set({ marked: null, overlay: { kind: 'compare', labels: [marked, label] } });
    },
  }));
}

export function useUIStore<Part>(select: (state: UiState) => Part): Part {
  return useStore(usePanel().uiStore, select);
}
