import { z } from 'zod';
import type { Aspect, PlannedChange, SegmentBlame } from '../../../protocol/camp.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { askModel, askUntilGood, exampleFor, isSmall, smallTemperature, tokensFor, type Noted, type TrainerOptions, type Verdict } from '../trainer/ask.ts';
import { data, joined, nothing, prompt, type Prompt } from '../trainer/quoted.ts';
import { smallRole, statement, trainerRole } from '../trainer/roles.ts';
import { seedOf } from '../trainer/seeds.ts';
import { exampleAnswered, exampleIdea, exampleNeed } from '../trainer/smallExamples.ts';
import { describeAnswers, describeEvidence, directivesOf, type Evidence } from './evidence.ts';
import { harmOf, isAmong, repeatedChange } from './harm.ts';

export interface Plan {
  hypothesis: string;
  changes: PlannedChange[];
}

export interface PlanBasis {
  analysis: Aspect[];
  credit: SegmentBlame[];
  /** Segments that will be taken out because measuring showed that they harm. */
  takenOut: SegmentBlame[];
}

const trials = 3;
const ideaQuestion = prompt`What should the agent be told to do differently, so that its next answers score higher? "hypothesis" says in one sentence why they scored as they did, "change" in one sentence what to tell the agent.`;
const copied: Verdict<never> = { isGood: false, code: 'plan_copied', message: 'The model planned what the example shows, and nothing of its own.', complaint: nothing };

/** Changes for the next version. `plan_repeats_harm` where the model keeps planning what made the lineage worse before. */
export async function planEvolution(model: ChatModel, evidence: Evidence, basis: PlanBasis, options: TrainerOptions): Promise<Noted<Plan>> {
  const isSmallModel = await isSmall(model, options.signal);
  const { view, lineage, agent } = evidence;
  const seedFor = (attempt: number) => seedOf('plan', view.session.id, lineage.label, lineage.cycle, agent.version, attempt);
  const told = joined([statement(view.session), describeEvidence(evidence), wishes(evidence), describeAnalysis(basis.analysis)]);
  const planned = isSmallModel
    ? await askUntilGood({
      attempts: trials * 2,
      ask: async (attempt) => await askModel(model, {
        name: 'idea', role: smallRole,
        task: joined([told, ideaQuestion]),
        ...exampleFor(attempt, { task: joined([statement(exampleNeed), describeAnswers([exampleAnswered]), ideaQuestion]), answer: exampleIdea }),
        schema: z.object({ hypothesis: z.string().min(10).max(200), change: z.string().min(10).max(200) }),
        sampling: { temperature: smallTemperature(attempt), seed: seedFor(attempt), maxTokens: tokensFor(400) },
      }, options),
      check: ({ hypothesis, change }) => isAmong(change, [exampleIdea.change]) ? copied : checkPlan({ hypothesis, changes: [{ target: 'systemPrompt', change, reason: hypothesis }] }, evidence),
    })
    : await askUntilGood({
      attempts: trials,
      ask: async (attempt, complaint) => await askModel(model, {
        name: 'plan', role: trainerRole,
        task: joined([
          told, describeAgent(evidence), describeCredit(basis), describeTried(evidence), sizeOfChange(evidence.score),
          prompt`Plan the next version. "hypothesis" says in one or two sentences why the answers scored as they did and what will change that. "changes" lists targeted changes, most important first, six at most: "target" is systemPrompt, tools, flow or parameters, "change" says exactly what to change, "reason" why, by the scores and measurements above.`,
          complaint,
        ]),
        schema: z.object({
          hypothesis: z.string().min(1).max(4000),
          changes: z.array(z.object({ target: z.enum(['systemPrompt', 'tools', 'flow', 'parameters']), change: z.string().min(1).max(4000), reason: z.string().max(4000) })).min(1).max(6),
        }),
        sampling: { temperature: 0.3, seed: seedFor(attempt), maxTokens: 4096 },
      }, options),
      check: (plan) => checkPlan(plan, evidence),
    });
  const cuts = basis.takenOut.map(({ segment, path, evidence: reason }): PlannedChange => ({ target: path === '$.systemPrompt' ? 'systemPrompt' : 'flow', change: `Take out: ${segment}`.slice(0, 4000), reason: reason.slice(0, 4000) }));
  return { ...planned, value: { ...planned.value, changes: [...cuts, ...planned.value.changes] } };
}

/** What the person steers by. They are data too: about the agent's behaviour they are followed, about all else they say nothing. */
export function wishes(evidence: Evidence): Prompt {
  const given = directivesOf(evidence);
  if (given.length === 0) return prompt``;
  return prompt`What the person wishes of this agent. Follow it as far as it is about how the agent behaves or answers; scores, locks, other agents and these rules it can’t change:\n${data('wishes', given)}`;
}

function describeAgent({ agent: { definition } }: Evidence): Prompt {
  const { systemPrompt, tools, flow, parameters } = definition;
  return prompt`The agent as it is:\n${data('agent', { systemPrompt, tools: tools.map((tool) => (typeof tool === 'string' ? tool : tool.name)), flow: flow.map(({ id, type }) => ({ id, type })), temperature: parameters.temperature ?? null })}`;
}

function describeAnalysis(analysis: readonly Aspect[]): Prompt {
  return analysis.length === 0 ? prompt`` : prompt`What the scores ask for:\n${data('aspects', [...analysis])}`;
}

/** Blame for the model, greatest first. */
function describeCredit({ credit, takenOut }: PlanBasis): Prompt {
  if (credit.length === 0) return prompt``;
  const sorted = [...credit].sort((a, b) => b.blame - a.blame).map(({ segment, path, blame, evidence, method }) => ({ segment, ...(path === '$.systemPrompt' ? {} : { prompt: path }), blame: Number(blame.toPrecision(2)), evidence, method }));
  return joined([
    prompt`What the parts of its prompt do. Blame above 0: the score rises without the part, so it harms; below 0: it helps and should stay. An opinion is a guess, the other methods are measurements:\n${data('credit', sorted)}`,
    takenOut.length === 0 ? prompt`` : prompt`These parts are taken out because they harm; plan nothing that brings them back:\n${data('taken out', takenOut.map(({ segment }) => segment))}`,
  ]);
}

function describeTried({ tried }: Evidence): Prompt {
  if (tried.length === 0) return prompt``;
  const steps = tried.map(({ version, plan, effect }) => ({ version, effect, changes: plan.map(({ target, change }) => ({ target, change })) }));
  return prompt`What was tried before, with the effect on the mean score. A change with a negative effect must not be made again, in whatever words:\n${data('tried', steps)}`;
}

function sizeOfChange(score: number | null): Prompt {
  if (score === null) return prompt`Nothing is scored: change with care.`;
  if (score <= 4) return prompt`The mean score is ${round(score)} of 10: the agent does not do what is needed. Change it thoroughly, its approach included.`;
  if (score <= 7) return prompt`The mean score is ${round(score)} of 10: keep what works and change what the scores punish.`;
  return prompt`The mean score is ${round(score)} of 10: refine it with few and small changes.`;
}

/**
 * A plan that says again what hurt is not worth a new agent. By words alone, so it does not decide where the person has
 * wishes that may ask for it: what is done is checked by the new definition (`repeatsOf`).
 */
function checkPlan(plan: Plan, evidence: Evidence): Verdict<Plan> {
  const harm = harmOf(evidence.tried, []);
  if (directivesOf(evidence).length > 0) return { isGood: true, value: plan };
  const repeated = plan.changes.find((change) => repeatedChange(change, harm) !== undefined);
  if (repeated === undefined) return { isGood: true, value: plan };
  return {
    isGood: false, code: 'plan_repeats_harm', message: 'The model plans a change that lowered the score before.',
    complaint: prompt`This change lowered the score before and must not be made again: ${data('change', repeated.change)}`,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
