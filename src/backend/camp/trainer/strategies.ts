import { z } from 'zod';
import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { angleAt } from './angles.ts';
import { askModel, askUntilGood, exampleFor, isSmall, smallTemperature, tokensFor, type Noted, type TrainerOptions, type Verdict } from './ask.ts';
import { likeness, normalised } from './likeness.ts';
import { data, joined, nothing, prompt, type Prompt } from './quoted.ts';
import { examples, shortStatement, smallRole, statement, trainerRole } from './roles.ts';
import { seedOf } from './seeds.ts';
import { exampleNeed, exampleStrategy } from './smallExamples.ts';

/** A way to go about the need, before it belongs to a lineage. */
export interface StrategyProposal {
  tag: string;
  approach: string;
}

export interface StrategyRequest {
  need: string;
  constraints: string;
  /** Texts of training inputs; never held-out ones. */
  inputs: readonly string[];
  count: number;
  /** Strategies that there are already, or that the person did not want. */
  avoid: readonly StrategyProposal[];
}

/** What the strategies start from when a prototype is promoted. */
export interface PrototypeRequest extends StrategyRequest {
  prototype: AgentDefinition;
  /** variations: the same approach, another emphasis · alternatives: another approach. */
  kind: 'variations' | 'alternatives';
}

const trials = 4;
const differently = prompt`The agents are to be compared with each other, so strategies must differ in how they go about the need and not only in words.`;
/** Two approaches of which this share of words is the same are one. */
const sameApproach = 0.85;

/** Strategies that differ in tag and approach from each other and from those to avoid; `strategies_not_distinct` otherwise. */
export async function proposeStrategies(model: ChatModel, request: StrategyRequest, options: TrainerOptions): Promise<Noted<StrategyProposal[]>> {
  return await propose(model, request, nothing, options);
}

/** Three strategies beside a prototype, as `proposeStrategies`. */
export async function proposeFromPrototype(model: ChatModel, request: PrototypeRequest, options: TrainerOptions): Promise<Noted<StrategyProposal[]>> {
  const { name, description, systemPrompt } = request.prototype;
  const start = prompt`There is an agent for it already:\n${data('prototype', { name, description, systemPrompt })}`;
  const wish = request.kind === 'variations'
    ? prompt`Each strategy keeps the approach of this agent and puts the emphasis elsewhere.`
    : prompt`Each strategy goes about the need in another way than this agent does.`;
  return await propose(model, request, joined([start, wish]), options);
}

async function propose(model: ChatModel, request: StrategyRequest, frame: Prompt, options: TrainerOptions): Promise<Noted<StrategyProposal[]>> {
  if (!(await isSmall(model, options.signal))) return await proposeTogether(model, request, frame, options);
  const found: StrategyProposal[] = [];
  const notes = new Set<string>();
  while (found.length < request.count) {
    const one = await proposeOne(model, { ...request, avoid: [...request.avoid, ...found] }, frame, options);
    found.push(one.value);
    for (const note of one.notes) notes.add(note);
  }
  return { value: found, notes: [...notes] };
}

async function proposeTogether(model: ChatModel, request: StrategyRequest, frame: Prompt, options: TrainerOptions): Promise<Noted<StrategyProposal[]>> {
  const schema = z.object({ strategies: z.array(z.object({ tag: tagSchema, approach: z.string().min(1).max(4000) })).length(request.count) });
  return await askUntilGood({
    attempts: trials,
    ask: async (attempt, complaint) => await askModel(model, {
      name: 'strategies',
      role: trainerRole,
      task: joined([
        statement(request), examples(request.inputs), frame, differently, taken(request.avoid),
        prompt`Propose exactly ${request.count} strategies. "tag" is a few words to know the strategy by, such as Quick Triage or Deep Analysis. "approach" says in two to four sentences how an agent of this strategy goes about the need.`,
        complaint,
      ]),
      schema,
      sampling: { temperature: 0.8, seed: seedOf('strategies', asked(request), attempt), maxTokens: 4096 },
    }, options),
    check: ({ strategies }) => {
      const kept: StrategyProposal[] = [];
      for (const strategy of strategies) {
        const verdict = checkStrategy(strategy, [...request.avoid, ...kept]);
        if (!verdict.isGood) return verdict;
        kept.push(verdict.value);
      }
      return { isGood: true, value: kept };
    },
  });
}

async function proposeOne(model: ChatModel, request: StrategyRequest, frame: Prompt, options: TrainerOptions): Promise<Noted<StrategyProposal>> {
  const angle = angleAt(request.avoid.length);
  const question = (about: Prompt, manner: Prompt) => joined([about, prompt`Describe an assistant for this need. ${manner}`]);
  return await askUntilGood({
    attempts: trials * 2,
    ask: async (attempt) => await askModel(model, {
      name: 'strategy',
      role: smallRole,
      task: question(joined([shortStatement(request), frame]), angle),
      ...exampleFor(attempt, { task: question(shortStatement(exampleNeed), prompt`It is friendly: it writes warmly.`), answer: exampleStrategy }),
      schema: z.object({ approach: z.string().min(20).max(200), tag: z.string().min(3).max(30) }),
      sampling: { temperature: smallTemperature(attempt), seed: seedOf('strategy', asked(request), attempt), maxTokens: tokensFor(230) },
    }, options),
    check: (strategy) => checkStrategy(strategy, [...request.avoid, exampleStrategy]),
  });
}

const tagSchema = z.string().min(1).max(60);

function checkStrategy({ tag, approach }: StrategyProposal, others: readonly StrategyProposal[]): Verdict<StrategyProposal> {
  const problem = (message: string, complaint: Prompt) => ({ isGood: false as const, code: 'strategies_not_distinct', message, complaint });
  if (normalised(tag) === '' || normalised(approach) === '') return problem('A strategy without a tag or an approach was proposed.', prompt`A tag or an approach was empty.`);
  const sameTag = others.find((other) => normalised(other.tag) === normalised(tag));
  if (sameTag !== undefined) return problem(`Two strategies would be called “${tag}”.`, prompt`This tag is taken: ${data('tag', tag)}`);
  const alike = others.find((other) => likeness(other.approach, approach) >= sameApproach);
  if (alike !== undefined) return problem(`“${tag}” is the same approach as “${alike.tag}”.`, prompt`These are one approach: ${data('approaches', [alike.approach, approach])}`);
  return { isGood: true, value: { tag: tag.trim(), approach: approach.trim() } };
}

function taken(avoid: readonly StrategyProposal[]): Prompt {
  return avoid.length === 0 ? prompt`` : prompt`These strategies are taken or were not wanted; propose others:\n${data('taken strategies', avoid.map(({ tag, approach }) => ({ tag, approach })))}`;
}

function asked({ need, constraints, avoid }: StrategyRequest): string[] {
  return [need, constraints, ...avoid.map(({ tag }) => tag)];
}
