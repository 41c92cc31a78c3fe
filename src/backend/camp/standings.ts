import type { Artifact, CampInput, Evaluation, Execution, LineageLabel, SessionDocument } from '../../protocol/camp.ts';

/** What a lineage produced for an input in a cycle, and the latest evaluations of it up to that cycle. */
export interface StandingCase {
  label: LineageLabel;
  cycle: number;
  input: CampInput;
  execution: Execution;
  artifact: Artifact;
  user: Evaluation | null;
  judge: Evaluation | null;
}

/** All that stands in a session, by cycle and lineage, in the order of the inputs' numbers. Failed executions stand for nothing. */
export function standingCases(document: SessionDocument): StandingCase[] {
  const inputs = new Map(document.inputs.map((input) => [input.id, input]));
  const executions = new Map(document.executions.map((execution) => [execution.id, execution]));
  const artifacts = new Map(document.artifacts.map((artifact) => [artifact.id, artifact]));
  const evaluations = grouped(inTime(document.evaluations), ({ artifact }) => artifact);
  return document.cycles
    .flatMap(({ number: cycle, standings }) => standings.flatMap((standing): StandingCase[] => {
      const [input, execution] = [inputs.get(standing.input), executions.get(standing.execution)];
      if (input === undefined || execution?.state !== 'completed' || execution.artifact === null) return [];
      const artifact = artifacts.get(execution.artifact);
      if (artifact === undefined) return [];
      const known = (evaluations.get(artifact.id) ?? []).filter((evaluation) => evaluation.cycle <= cycle);
      const latest = (by: Evaluation['by']) => known.findLast((evaluation) => evaluation.by === by) ?? null;
      return [{ label: standing.lineage, cycle, input, execution, artifact, user: latest('user'), judge: latest('judge') }];
    }))
    .sort((a, b) => a.cycle - b.cycle || a.label.localeCompare(b.label) || a.input.number - b.input.number);
}

const highest = 10;

/** Cases by the person's score, the lowest first and those without one last. */
export function lowestFirst(cases: readonly StandingCase[]): StandingCase[] {
  const scoreOf = ({ user }: StandingCase) => user?.score ?? highest + 1;
  return [...cases].sort((one, other) => scoreOf(one) - scoreOf(other));
}

/** Mean; null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Items by a key, each group in the order of the items. */
export function grouped<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** By time; those of one moment stay in the order of the file. */
function inTime(evaluations: readonly Evaluation[]): Evaluation[] {
  return [...evaluations].sort((a, b) => Date.parse(a.created) - Date.parse(b.created));
}
