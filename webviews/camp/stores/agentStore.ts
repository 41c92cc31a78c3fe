import { createStore, useStore, type StoreApi } from 'zustand';
import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { usePanel } from '../panelContext.ts';

/** Which agent is looked at, and against which earlier version of it. */
export interface AgentState {
  shown: { label: LineageLabel; version: number } | null;
  /** Null shows the agent itself. */
  against: number | null;
  show: (label: LineageLabel, version: number, against?: number | null) => void;
  compareWith: (version: number | null) => void;
  close: () => void;
}

export type AgentStore = StoreApi<AgentState>;

export function makeAgentStore(): AgentStore {
  return createStore<AgentState>()((set) => ({
    shown: null,
    against: null,
    show: (label, version, against = null) => set({ shown: { label, version }, against }),
    compareWith: (against) => set({ against }),
    close: () => set({ shown: null, against: null }),
  }));
}

export function useAgentStore<Part>(select: (state: AgentState) => Part): Part {
  return useStore(usePanel().agentStore, select);
}
