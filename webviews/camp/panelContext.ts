import { createContext, useContext } from 'react';
import type { PanelBackend } from '../shared/backend.ts';
import type { Actions } from './actions.ts';
import type { AgentStore } from './stores/agentStore.ts';
import type { LineageStore } from './stores/lineageStore.ts';
import type { SessionStore } from './stores/sessionStore.ts';
import type { UiStore } from './stores/uiStore.ts';

export interface CampPanelInit {
  backend: PanelBackend;
  actions: Actions;
  sessionStore: SessionStore;
  lineageStore: LineageStore;
  agentStore: AgentStore;
  uiStore: UiStore;
}

export const PanelContext = createContext<CampPanelInit | null>(null);

export function usePanel(): CampPanelInit {
  const panel = useContext(PanelContext);
  if (panel === null) throw new Error('outside of the panel');
  return panel;
}
