import { phaseEventSchema } from '../../protocol/events.ts';
import type { RunDetails } from '../../protocol/runDetails.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import { listAttempts } from '../store/attempts.ts';
import type { Store } from '../store/db.ts';
import { listEvents } from '../store/runEvents.ts';
import { readRunFile } from './runFile.ts';

/** Attempts, phases and configuration of a run. */
export function runDetails(store: Store, run: RunSummary): RunDetails {
  const attempts = listAttempts(store, run.id);
  const file = readRunFile(run.path);
  return {
    runId: run.id,
    attempts: attempts.map(({ number, started, ended, endReason, firstStep, resumedFrom }) => ({ number, started, ended, endReason, firstStep, resumedFrom })),
    phases: phasesOf(store, run.id, new Map(attempts.map(({ id, number }) => [id, number]))),
    config: file === null ? {} : flatten(file.config),
    configSources: file?.configSources ?? {},
  };
}

/** Starts and ends of phases paired up; a phase may lie within another, as validating does within training. */
function phasesOf(store: Store, runId: string, numbers: ReadonlyMap<string, number>): RunDetails['phases'] {
  const phases: RunDetails['phases'] = [];
  for (const { eventJson } of listEvents(store, runId, ['phase'])) {
    const event = phaseEventSchema.safeParse(JSON.parse(eventJson));
    const attempt = event.success ? numbers.get(event.data.attempt) : undefined;
    if (!event.success || attempt === undefined) continue;
    const { phase, status, t } = event.data;
    if (status === 'start') {
      phases.push({ attempt, phase, from: t, to: null });
      continue;
    }
    const open = phases.findLast((one) => one.attempt === attempt && one.phase === phase && one.to === null);
    if (open !== undefined) open.to = t;
  }
  return phases;
}

function flatten(value: object, prefix = ''): RunDetails['config'] {
  const flat: RunDetails['config'] = {};
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    const name = prefix + key;
    if (Array.isArray(inner)) flat[name] = inner.map(String).join(', ');
    else if (typeof inner === 'object' && inner !== null) Object.assign(flat, flatten(inner, `${name}.`));
    else if (inner === null || typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean') flat[name] = inner;
  }
  return flat;
}
