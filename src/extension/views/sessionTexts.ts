import { counted, memory } from '../../common/figures.ts';
import type { SessionSummary } from '../../protocol/camp.ts';
import { nameText } from './texts.ts';

const separator = ' · ';

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
    ['Size', memory(session.bytes)],
    ['Changed', session.updated],
    ['Session', session.id],
  ];
}
