import type { SessionDocument } from '../../../protocol/camp.ts';

declare const viewed: unique symbol;
/** A session without anything of its held-out inputs. What evolves agents takes this and nothing else. */
export type TrainingView = SessionDocument & { readonly [viewed]: true };

/** The session as evolution may see it: held-out inputs are gone, with what was executed, produced and said for them. */
export function trainingView(document: SessionDocument): TrainingView {
  const inputs = document.inputs.filter(({ split }) => split === 'train');
  const known = new Set(inputs.map(({ id }) => id));
  const executions = document.executions.filter(({ input }) => known.has(input));
  const produced = new Set(executions.map(({ artifact }) => artifact));
  const view: SessionDocument = {
    ...document,
    inputs,
    executions,
    artifacts: document.artifacts.filter(({ id }) => produced.has(id)),
    evaluations: document.evaluations.filter(({ artifact }) => produced.has(artifact)),
    cycles: document.cycles.map((cycle) => ({ ...cycle, standings: cycle.standings.filter(({ input }) => known.has(input)) })),
  };
  return view as TrainingView;
}
