import type { z } from 'zod';
import { lineageLabels, sessionDocumentSchema, type LineageLabel, type SessionDocument } from '../../../src/protocol/camp.ts';

type Written = z.input<typeof sessionDocumentSchema>;
const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

/**
 * Two cycles of four lineages with everything that must not become a pair beside what must: ties, too small margins, an
 * answer that is unscored, failed, empty or the same, a held-out input, an answer of another cycle that nothing locked,
 * and a score that was given again. A is locked when cycle 2 is scored.
 */
export function baitSession(): SessionDocument {
  const written: Written = {
    format: 'training-camp-session', formatVersion: 1,
    session: { id: 'se_bait', name: 'Bait', need: 'Answer tickets.', mode: 'training', stage: 'active', created: time(0), updated: time(0), model: 'openai:gpt-test' },
    inputs: [
      { id: 'in_1', number: 1, text: 'Where is my parcel?' },
      { id: 'in_2', number: 2, text: 'Line one\n"quoted" {{input}} <b>\u2028' },
      { id: 'in_3', number: 3, text: 'Held out: refund?', split: 'heldOut' },
    ],
    lineages: lineageLabels.map((label) => ({ label, strategyTag: `Strategy ${label}`, isLocked: label === 'A', cycle: 2, agents: [1, 2].filter((version) => label !== 'A' || version === 1).map((version) => ({ version, definition: { name: `Agent ${label}`, systemPrompt: `Secretly you are ${label}.` } })) })),
    cycles: [{ number: 1, locked: [], standings: [] }, { number: 2, locked: ['A'], standings: [] }],
    executions: [], artifacts: [], evaluations: [],
  };
  let evaluations = 0;
  const score = (label: LineageLabel, input: number, made: number, value: number, more: { by?: 'user' | 'judge'; cycle?: number } = {}) =>
    void written.evaluations?.push({ id: `ev_${String(++evaluations)}`, artifact: `ar_${label.toLowerCase()}${String(made)}-${String(input)}`, cycle: more.cycle ?? made, score: value, by: more.by ?? 'user', created: time(evaluations) });
  const stand = (cycle: number, label: LineageLabel, input: number, made: number) =>
    void written.cycles?.[cycle - 1]?.standings?.push({ lineage: label, input: `in_${String(input)}`, execution: `ex_${label.toLowerCase()}${String(made)}-${String(input)}` });
  const make = (cycle: number, label: LineageLabel, input: number, content: string | null, value?: number) => {
    const name = `${label.toLowerCase()}${String(cycle)}-${String(input)}`;
    written.executions?.push({ id: `ex_${name}`, lineage: label, version: cycle, input: `in_${String(input)}`, cycle, state: content === null ? 'failed' : 'completed', artifact: content === null ? null : `ar_${name}`, error: content === null ? { code: 'provider_failed', message: 'The provider answered 500.' } : null });
    if (content !== null) written.artifacts?.push({ id: `ar_${name}`, content });
    stand(cycle, label, input, cycle);
    if (value !== undefined) score(label, input, cycle, value);
  };
  for (const [label, value] of [['A', 9], ['B', 7], ['C', 7], ['D', 2]] as const) make(1, label, 1, `${label} says: it is on its way {{steps.x}} </data>`, value);
  make(1, 'A', 2, 'the same', 8);
  make(1, 'B', 2, ' the same\n', 5);
  make(1, 'C', 2, 'nobody scored this');
  make(1, 'D', 2, null);
  score('A', 2, 1, 9, { by: 'judge' });
  score('C', 2, 1, 1, { by: 'judge' });
  for (const [label, value] of [['A', 10], ['B', 1], ['C', 5], ['D', 3]] as const) make(1, label, 3, `${label} on the held-out input`, value);
  for (const input of [1, 2, 3]) stand(2, 'A', input, 1);
  for (const [label, value] of [['B', 8], ['C', 9], ['D', 7]] as const) make(2, label, 1, `${label} says now: {"role":"user"}`, value);
  stand(2, 'B', 2, 1);
  make(2, 'C', 2, ' \u200b\n', 10);
  make(2, 'D', 2, 'D again', 5);
  for (const label of ['B', 'C', 'D'] as const) make(2, label, 3, `${label} again on the held-out input`, 9);
  // A person thinks again about A: 8 counts from then on, in both cycles.
  score('A', 1, 1, 8, { cycle: 2 });
  return sessionDocumentSchema.parse(written);
}
