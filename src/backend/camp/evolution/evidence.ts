import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { AgentVersion, DiffEntry, Lineage, LineageLabel, PlannedChange, SegmentBlame } from '../../../protocol/camp.ts';
import { notFound } from '../../../protocol/errors.ts';
import type { Json } from '../../../protocol/json.ts';
import { grouped, lowestFirst, mean, standingCases, type StandingCase } from '../standings.ts';
import { data, joined, prompt, type Prompt } from '../trainer/quoted.ts';
import { applyDiff, asJson } from './definitionDiff.ts';
import { editsBetween, type Edit } from './edits.ts';
import type { TrainingView } from './trainingView.ts';

/** Everything that a lineage's next step rests on. */
export interface Evidence {
  view: TrainingView;
  lineage: Lineage;
  agent: AgentVersion;
  /** What stands in the lineage's cycle. */
  cases: StandingCase[];
  /** Mean of the person's scores of it; null where nothing is scored. */
  score: number | null;
  earlier: StandingCase[];
  tried: TriedStep[];
}

/** A step that the lineage took before, and how it went. */
export interface TriedStep {
  version: number;
  plan: PlannedChange[];
  /** Mean score of the version less its parent's; null where one of them has none. */
  effect: number | null;
  /** What its applied diff did. */
  edits: Edit[];
  /** What was measured before it. */
  credit: SegmentBlame[];
}

export function gatherEvidence(view: TrainingView, label: LineageLabel): Evidence {
  const lineage = view.lineages.find((one) => one.label === label);
  const agent = lineage?.agents.reduce<AgentVersion | undefined>((newest, one) => (newest === undefined || one.version > newest.version ? one : newest), undefined);
  if (lineage === undefined || agent === undefined) throw notFound('lineage_not_found', `Lineage ${label} has no agent yet.`);
  const own = standingCases(view).filter((one) => one.label === label);
  const cases = own.filter(({ cycle }) => cycle === lineage.cycle);
  return { view, lineage, agent, cases, score: meanScore(cases), earlier: own.filter(({ cycle }) => cycle < lineage.cycle), tried: triedSteps(view, lineage, own) };
}

/** Inputs, answers, scores and comments of the cycle, and what was said in earlier ones. */
export function describeEvidence({ cases, earlier }: Evidence): Prompt {
  const shown = shownCases(cases);
  const past = [...grouped(earlier, ({ cycle }) => cycle)].slice(-shownCycles).map(([cycle, ofCycle]) => ({
    cycle,
    meanScore: meanScore(ofCycle),
    comments: ofCycle.flatMap(({ user }) => (user === null || user.comment.trim() === '' ? [] : [user.comment])),
  }));
  return joined([
    describeAnswers(shown.map(({ input, artifact, user }) => ({ input: input.number, given: input.text, answered: artifact.content, score: user?.score ?? null, comment: user?.comment ?? '' }))),
    shown.length === cases.length ? prompt`` : prompt`(${shown.length} of ${cases.length} answers are shown: those with the lowest scores.)`,
    past.length === 0 ? prompt`` : prompt`How earlier versions were scored:\n${data('earlier cycles', past)}`,
  ]);
}

/** One answer of an agent with what it was given and what the person said of it. */
type DescribedAnswer = { input: number; given: string; answered: string; score: number | null; comment: string };

export function describeAnswers(answers: DescribedAnswer[]): Prompt {
  return prompt`What the agent answered, with the person’s score from 1 (worst) to 10 (best) and comment:\n${data('scored answers', answers)}`;
}

/** How many of the cycle's answers `describeEvidence` leaves out. */
export function hiddenCases({ cases }: Evidence): number {
  return cases.length - shownCases(cases).length;
}

/** Agents of the other lineages: an evolved prompt must stay different from theirs. */
export function otherAgents({ view, lineage }: Evidence) {
  return view.lineages.flatMap(({ label, agents }) => (label === lineage.label ? [] : agents.slice(-1).map(({ definition }) => definition)));
}

/** What the person steers by, without what says nothing. */
export function directivesOf({ lineage: { directives } }: Evidence): string[] {
  return [directives.sticky, directives.oneShot].flatMap((text) => (text === null || text.trim() === '' ? [] : [text]));
}

const mostCases = 12;
const shownCycles = 4;

function shownCases(cases: readonly StandingCase[]): StandingCase[] {
  return lowestFirst(cases).slice(0, mostCases);
}

function meanScore(cases: readonly StandingCase[]): number | null {
  return mean(cases.flatMap(({ user }) => (user === null ? [] : [user.score])));
}

function triedSteps(view: TrainingView, lineage: Lineage, own: readonly StandingCase[]): TriedStep[] {
  const definitionOf = (version: number) => lineage.agents.find((agent) => agent.version === version)?.definition;
  const scoreOf = (version: number) => {
    const latest = new Map(own.filter(({ execution }) => execution.version === version).map((one) => [one.artifact.id, one]));
    return meanScore([...latest.values()]);
  };
  return view.evolutions.filter((record) => record.lineage === lineage.label).map(({ version, parentVersion, plan, diff, credit, effect }) => {
    const [before, after] = [scoreOf(parentVersion), scoreOf(version)];
    const [parent, made] = [definitionOf(parentVersion), definitionOf(version)];
    return {
      version, plan, credit,
      effect: before === null || after === null ? effect : after - before,
      edits: parent === undefined ? [] : appliedEdits(asJson(parent), diff, made),
    };
  });
}

/** By the record's diff; a document that was written by hand may have none, and then by what the two versions are. */
function appliedEdits(parent: Json, diff: readonly DiffEntry[], made: AgentDefinition | undefined): Edit[] {
  if (diff.length > 0) return editsBetween(parent, applyDiff(parent, diff));
  return made === undefined ? [] : editsBetween(parent, asJson(made));
}
