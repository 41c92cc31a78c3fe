import { sessionDocumentSchema, lineageLabels, type SessionDocument } from '../../src/protocol/camp.ts';

const created = '2026-01-01T00:00:00.000Z';

export interface ScoredSession {
  /** By cycle and lineage: scores for the inputs in order; null is not scored, 'failed' has no artifact. */
  cycles: readonly Readonly<Record<string, readonly (number | null | 'failed')[]>>[];
  /** Inputs that are held out, by number. */
  heldOut?: readonly number[];
  /** Lineages that are locked from a cycle on: their answers of the cycle before stand. */
  lockedFrom?: Readonly<Record<string, number>>;
}

/** A session as a file may hold it: four lineages on some inputs, scored as it says. Ids tell what they are of. */
export function scoredSession({ cycles, heldOut = [], lockedFrom = {} }: ScoredSession): SessionDocument {
  const inputCount = Math.max(...cycles.flatMap((cycle) => Object.values(cycle).map(({ length }) => length)));
  const numbers = Array.from({ length: inputCount }, (_, index) => index + 1);
  const isLocked = (label: string, cycle: number) => cycle >= (lockedFrom[label] ?? Number.POSITIVE_INFINITY);
  const ranIn = (label: string, cycle: number) => (isLocked(label, cycle) ? (lockedFrom[label] ?? cycle) - 1 : cycle);
  const all = cycles.flatMap((scores, index) =>
    Object.entries(scores).flatMap(([label, row]) => row.map((score, at) => ({ cycle: index + 1, label, input: at + 1, score, name: `${label.toLowerCase()}-${String(at + 1)}-${String(ranIn(label, index + 1))}`, isRun: ranIn(label, index + 1) === index + 1 }))),
  );
  return sessionDocumentSchema.parse({
    format: 'training-camp-session',
    formatVersion: 1,
    session: { id: 'se_scored', name: 'Triage', need: 'Triage bug reports.', mode: 'training', stage: 'active', created, updated: created },
    inputs: numbers.map((number) => ({ id: `in_${String(number)}`, number, text: `Report ${String(number)}`, split: heldOut.includes(number) ? 'heldOut' : 'train' })),
    lineages: lineageLabels.map((label) => ({
      label,
      strategyTag: `Strategy ${label}`,
      isLocked: isLocked(label, cycles.length),
      cycle: cycles.length,
      agents: cycles.flatMap((_, index) => (isLocked(label, index + 1) ? [] : [{ version: index + 1, parent: index === 0 ? null : index, origin: index === 0 ? 'generated' : 'evolved', definition: { name: label, systemPrompt: `You are ${label}, version ${String(index + 1)}.` } }])),
    })),
    cycles: cycles.map((_, index) => ({
      number: index + 1,
      locked: lineageLabels.filter((label) => isLocked(label, index + 1)),
      standings: all.filter(({ cycle, score }) => cycle === index + 1 && score !== 'failed').map(({ label, input, name }) => ({ lineage: label, input: `in_${String(input)}`, execution: `ex_${name}` })),
    })),
    executions: all
      .filter(({ isRun }) => isRun)
      .map(({ label, input, cycle, score, name }) => ({
        id: `ex_${name}`,
        lineage: label,
        version: cycle,
        input: `in_${String(input)}`,
        cycle,
        state: score === 'failed' ? 'failed' : 'completed',
        ...(score === 'failed' ? { error: { code: 'refused', message: 'The provider refused the call.' } } : { artifact: `ar_${name}` }),
      })),
    artifacts: all.filter(({ isRun, score }) => isRun && score !== 'failed').map(({ name }) => ({ id: `ar_${name}`, content: `Answer ${name}` })),
    evaluations: all.flatMap(({ cycle, score, name }) => (typeof score === 'number' ? [{ id: `ev_${name}-${String(cycle)}`, artifact: `ar_${name}`, cycle, score, created }] : [])),
  });
}
