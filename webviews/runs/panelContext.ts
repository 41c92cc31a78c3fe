import { createContext, useContext } from 'react';
import type { PanelBackend } from '../shared/backend.ts';
import type { RunPanelState, RunStore } from './store.ts';

interface Panel {
  backend: PanelBackend;
  useStore: RunStore;
}

export const PanelContext = createContext<Panel | null>(null);

function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (panel === null) throw new Error('outside of the panel');
  return panel;
}

/** A part of the panel's state; the component is drawn again when that part changes. */
export function useRunState<Part>(select: (state: RunPanelState) => Part): Part {
  return usePanel().useStore(select);
}

export function useBackend(): PanelBackend {
  return usePanel().backend;
}
