import type { DoctorResult, ScaffoldResult, SetupFacts } from '../../protocol/setup.ts';
import { systemClock } from '../platform/clock.ts';
import type { Home, Workspace } from '../platform/workspace.ts';
import { makeDemoWorkspace } from './demoWorkspace.ts';
import { examine, type WorkspaceParts } from './doctor.ts';
import { requirePython, type TrainerPython } from './pythonPaths.ts';
import { scaffold } from './scaffold.ts';
import { setUp, setUpEmbedding, setupFacts, type SetupProgress } from './setup.ts';

interface SetupRequest {
  useUv: boolean;
  signal: AbortSignal;
  onProgress: (progress: SetupProgress) => void;
}

/** Set-up as commands see it. */
export interface SetupService {
  facts(): SetupFacts;
  isComplete(): boolean;
  setUp(request: SetupRequest): Promise<SetupFacts>;
  /** Brings the embedding model, which set-up leaves out. `python_missing` where set-up was not run. */
  setUpEmbedding(request: Omit<SetupRequest, 'useUv'>): Promise<void>;
  requirePython(): TrainerPython;
  scaffold(workspace: Workspace): ScaffoldResult;
  makeDemoWorkspace(isKept: boolean): Workspace;
  /** Looks at everything that training needs. Changes nothing. */
  examine(request: { workspace: Workspace; signal: AbortSignal }): Promise<DoctorResult>;
}

export function setupService(home: Home, env: NodeJS.ProcessEnv, workspaceParts: WorkspaceParts): SetupService {
  const { platform } = process;
  const facts = () => setupFacts(home, platform);
  return {
    facts,
    isComplete: () => Object.values(facts()).every((part) => part !== null),
    setUp: (request) => setUp({ home, env, platform, clock: systemClock, ...request }),
    setUpEmbedding: (request) => setUpEmbedding({ home, env, platform, clock: systemClock, useUv: false, ...request }),
    requirePython: () => requirePython(home),
    scaffold,
    makeDemoWorkspace: (isKept) => makeDemoWorkspace(home, { now: systemClock.now(), isKept }),
    examine: ({ workspace, signal }) => examine({ home, env, platform, workspace, signal, workspaceParts }),
  };
}
