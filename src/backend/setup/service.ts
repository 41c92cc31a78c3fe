import type { SetupFacts } from '../../protocol/setup.ts';
import { systemClock } from '../platform/clock.ts';
import type { Home } from '../platform/workspace.ts';
import { requirePython, type TrainerPython } from './pythonPaths.ts';
import { setUp, setupFacts, type SetupProgress } from './setup.ts';

export interface SetupRequest {
  useUv: boolean;
  signal: AbortSignal;
  onProgress: (progress: SetupProgress) => void;
}

/** Set-up as commands see it. */
export interface SetupService {
  facts(): SetupFacts;
  isComplete(): boolean;
  setUp(request: SetupRequest): Promise<SetupFacts>;
  requirePython(): TrainerPython;
}

export function setupService(home: Home, env: NodeJS.ProcessEnv): SetupService {
  const { platform } = process;
  const facts = () => setupFacts(home, platform);
  return {
    facts,
    isComplete: () => Object.values(facts()).every((part) => part !== null),
    setUp: (request) => setUp({ home, env, platform, clock: systemClock, ...request }),
    requirePython: () => requirePython(home),
  };
}
