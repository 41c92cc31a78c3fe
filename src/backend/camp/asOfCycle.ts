import type { SessionDocument } from '../../protocol/camp.ts';

/**
 * A session as it was while a cycle was the newest. A lineage's step answers the cycle that it stands in, whoever has gone
 * on meanwhile: so a step that was interrupted asks the same again, and is answered by what was paid for.
 */
export function asOfCycle(document: SessionDocument, cycle: number): SessionDocument {
  const executions = document.executions.filter((one) => one.cycle <= cycle);
  const produced = new Set(executions.map(({ artifact }) => artifact));
  const newest = (label: string) => executions.reduce((last, one) => (one.lineage === label ? Math.max(last, one.version) : last), 0);
  return {
    ...document,
    cycles: document.cycles.filter(({ number }) => number <= cycle),
    executions,
    artifacts: document.artifacts.filter(({ id }) => produced.has(id)),
    evaluations: document.evaluations.filter((one) => one.cycle <= cycle && produced.has(one.artifact)),
    evolutions: document.evolutions.filter(({ toCycle }) => toCycle <= cycle),
    lineages: document.lineages.map((lineage) => ({
      ...lineage,
      cycle: Math.min(lineage.cycle, cycle),
      agents: lineage.agents.filter(({ version }) => version <= newest(lineage.label)),
    })),
  };
}
