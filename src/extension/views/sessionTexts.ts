import { counted } from '../../common/figures.ts';
import { sessionSize } from '../../common/sessionUsage.ts';
import type { SessionSummary } from '../../protocol/camp.ts';
import type { SessionListResult } from '../../protocol/sessionResults.ts';
import type { Row } from './rows.ts';
import { nameText } from './texts.ts';

const separator = ' · ';

/** Rows at the top: near the limit what the sessions take, then each of them. */
export function sessionRows({ sessions, usage: { bytes, limitBytes, isNearLimit } }: Pick<SessionListResult, 'sessions' | 'usage'>): Row[] {
  const rows: Row[] = sessions.map((session) => ({ kind: 'session', key: `session ${session.id}`, session }));
  return isNearLimit ? [{ kind: 'usage', key: 'usage', bytes, limitBytes }, ...rows] : rows;
}

/** Where a session is: `cycle 2 · 3 inputs`, `strategies are talked about`. */
export function sessionText({ mode, stage, cycle, inputs, isWorking }: SessionSummary): string {
  const kind = [...(isWorking ? ['work under way'] : []), ...(mode === 'quickstart' ? ['quick start'] : [])];
  if (stage === 'draft') return [...kind, 'draft'].join(separator);
  return [...kind, cycle === 0 ? 'agents are made' : `cycle ${String(cycle)}`, counted(inputs, 'input')].join(separator);
}

export function lineageText({ version, score, isLocked, hasProblem }: SessionSummary['lineages'][number]): string {
  return [
    score === null ? 'not scored' : `score ${score.toFixed(1)}`,
    ...(version === 0 ? [] : [`v${String(version)}`]),
    ...(isLocked ? ['locked'] : []),
    ...(hasProblem ? ['stopped, can be tried again'] : []),
  ].join(separator);
}

export function sessionFacts(session: SessionSummary): [string, string][] {
  return [
    ['Need', nameText(session.need)],
    ['State', sessionText(session)],
    ['Size', sessionSize(session.bytes)],
    ['Changed', session.updated],
    ['Session', session.id],
  ];
}
