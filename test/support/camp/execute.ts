import { makeExecute } from '../../../src/backend/agents/executor/executor.ts';
import { systemClock } from '../../../src/backend/platform/clock.ts';

/** The executor, as sessions have it. */
export const execute = makeExecute({ clock: systemClock });
