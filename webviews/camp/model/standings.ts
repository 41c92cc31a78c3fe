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

/** What the next regeneration would take on, and what keeps it from beginning, by the rules of the backend. */
export interface NextStep {
  /** Unlocked lineages that an earlier regeneration left behind: they alone go on. Empty is the usual case. */
  behind: LineageLabel[];
  /** Numbers of inputs by lineage: what has no score yet, and what has no answer that could be scored. */
  missing: { label: LineageLabel; unscored: number[]; unanswered: number[] }[];
}

/** A lineage that has no agent yet holds up nobody. */
export function nextStep(document: SessionDocument): NextStep {
  const newest = currentCycle(document);
  const unlocked = document.lineages.filter(({ isLocked, agents }) => !isLocked && agents.length > 0);
  const behind = unlocked.filter(({ cycle }) => cycle < newest);
  const trained = document.inputs.filter(({ split }) => split === 'train');
  const missing = (behind.length > 0 ? behind : unlocked).map(({ label, cycle }) => {
    const without = (isMissing: (cell: Cell | null) => boolean) => trained.filter(({ id }) => isMissing(cellOf(document, { label, input: id, cycle }))).map(({ number }) => number);
    return { label, unscored: without((cell) => cell !== null && cell.artifact !== null && cell.evaluation === null), unanswered: without((cell) => cell === null || cell.artifact === null) };
  });
  return { behind: behind.map(({ label }) => label), missing: missing.filter(({ unscored, unanswered }) => unscored.length + unanswered.length > 0) };
}

function latest(document: SessionDocument, { artifact, by, cycle }: { artifact: Artifact | null; by: Evaluation['by']; cycle: number }): Evaluation | null {
  if (artifact === null) return null;
  return indexOf(document).evaluations.get(artifact.id)?.findLast((one) => one.by === by && one.cycle <= cycle) ?? null;
}
