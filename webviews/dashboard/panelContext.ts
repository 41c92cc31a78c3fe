import { createContext, useContext } from 'react';
import type { PanelBackend } from '../shared/backend.ts';
import type { DashboardState, DashboardStore } from './store.ts';

export interface DashboardPanel {
  backend: PanelBackend;
  useStore: DashboardStore;
}

export const PanelContext = createContext<DashboardPanel | null>(null);

export function usePanel(): DashboardPanel {
  const panel = useContext(PanelContext);
  if (panel === null) throw new Error('outside of the panel');
  return panel;
}

/** A part of the panel's state; the component is drawn again when that part changes. */
export function useDashboard<Part>(select: (state: DashboardState) => Part): Part {
  return usePanel().useStore(select);
}
