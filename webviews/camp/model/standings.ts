import type { AgentVersion, Artifact, Evaluation, Execution, Lineage, LineageLabel, SessionDocument } from '../../../src/protocol/camp.ts';
import { indexOf, placeKey } from './documentIndex.ts';

/** What a lineage has on an input in a cycle: what stands, or the last try that failed or is under way. */
export interface Cell {
  lineage: Lineage;
  /** The version that answered, or would; null before there is an agent. */
  agent: AgentVersion | null;
  execution: Execution | null;
  artifact: Artifact | null;
  /** The latest of a person. */
  evaluation: Evaluation | null;
  /** The latest of a judge: a proposal beside a person's. */
  preScore: Evaluation | null;
  /** It stood locked when the cycle was scored. */
  isLocked: boolean;
  /** The lineage has not reached the cycle: its regeneration stopped. */
  isBehind: boolean;
}

/** The newest cycle; 0 before there is one. */
export function currentCycle({ cycles }: SessionDocument): number {
  return cycles.reduce((highest, { number }) => Math.max(highest, number), 0);
}

export function cellOf(document: SessionDocument, { label, input, cycle }: { label: LineageLabel; input: string; cycle: number }): Cell | null {
  const lineage = document.lineages.find((one) => one.label === label);
  if (lineage === undefined) return null;
  const isCurrent = cycle === currentCycle(document);
  const { executions, tries, artifacts, cycles, standings } = indexOf(document);
  const place = placeKey(label, input, cycle);
  // Where nothing stands yet, the newest try tells: it is under way, or it failed.
  const execution = executions.get(standings.get(place) ?? '') ?? tries.get(place) ?? null;
  const artifact = artifacts.get(execution?.artifact ?? '') ?? null;
  const newest = lineage.agents.at(-1) ?? null;
  return {
    lineage,
    agent: lineage.agents.find(({ version }) => version === execution?.version) ?? (isCurrent ? newest : null),
    execution,
    artifact,
    evaluation: latest(document, { artifact, by: 'user', cycle }),
    preScore: latest(document, { artifact, by: 'judge', cycle }),
    isLocked: isCurrent ? lineage.isLocked : (cycles.get(cycle)?.locked.includes(label) ?? false),
    isBehind: isCurrent && cycle > 1 && execution === null && lineage.cycle < cycle,
  };
}

/** What is not scored yet of the unlocked lineages, by lineage: all of it keeps the next cycle from beginning. */
export function missingScores(document: SessionDocument): { label: LineageLabel; inputs: number[] }[] {
  const cycle = currentCycle(document);
  return document.lineages
    .filter(({ isLocked }) => !isLocked)
    .map(({ label }) => ({
      label,
      inputs: document.inputs.filter(({ id, split }) => split === 'train' && isUnscored(cellOf(document, { label, input: id, cycle }))).map(({ number }) => number),
    }))
    .filter(({ inputs }) => inputs.length > 0);
}

function isUnscored(cell: Cell | null): boolean {
  return cell === null || cell.evaluation === null;
}

function latest(document: SessionDocument, { artifact, by, cycle }: { artifact: Artifact | null; by: Evaluation['by']; cycle: number }): Evaluation | null {
  if (artifact === null) return null;
  return indexOf(document).evaluations.get(artifact.id)?.findLast((one) => one.by === by && one.cycle <= cycle) ?? null;
}
