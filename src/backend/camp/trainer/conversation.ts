import { z } from 'zod';
import { lineageLabels, strategySchema, type ChatMessage, type ChatSuggestion, type LineageLabel } from '../../../protocol/camp.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { describeAnswers, describeEvidence, gatherEvidence } from '../evolution/evidence.ts';
import { isAmong } from '../evolution/harm.ts';
import type { TrainingView } from '../evolution/trainingView.ts';
import { newestAgent, presentCases } from '../transitions.ts';
import { askModel, askUntilGood, exampleFor, isSmall, smallTemperature, tokensFor, type Noted, type TrainerOptions } from './ask.ts';
import { data, joined, nothing, prompt, type Prompt } from './quoted.ts';
import { chatRole, shortStatement, smallRole, statement } from './roles.ts';
import { seedOf } from './seeds.ts';
import { exampleAnswered, exampleNeed, exampleQuestion, exampleReply } from './smallExamples.ts';

export interface ChatRequest {
  view: TrainingView;
  question: ChatMessage;
  /** What was said before it, oldest first. */
  earlier: readonly ChatMessage[];
}

/** What the trainer says, and what it would change. */
export interface ChatReply {
  text: string;
  suggestions: ChatSuggestion[];
}

const trials = 3;
/** Of each kind the newest are shown, or those with the lowest scores. */
const [shownMessages, shownAnswers, shownSteps, mostSuggestions] = [16, 16, 8, 4];

/** The trainer's answer to a person's message. Nothing that it says changes anything. A small model suggests nothing. */
export async function answerMessage(model: ChatModel, request: ChatRequest, options: TrainerOptions): Promise<Noted<ChatReply>> {
  const { view, question } = request;
  const seedFor = (attempt: number) => seedOf('chat', view.session.id, question.number, attempt);
  if (await isSmall(model, options.signal)) return await answerShortly(model, request, seedFor, options);
  const suggestions = suggestionsFor(view);
  const { value, notes } = await askModel(model, {
    name: 'reply',
    role: chatRole,
    task: joined([
      statement(view.session), describeInputs(view), describeLineages(view), describeStanding(view, question.about), describeSteps(view, question.about), describeEarlier(request.earlier),
      question.about === null ? nothing : prompt`The message is about this lineage: ${data('lineage', question.about)}`,
      prompt`What the person says to you:\n${data('message', question.text)}`,
      prompt`Answer the message as far as it is about this session. "reply" is what you say: concrete and short, by what the blocks above tell, with lineages by their letters and inputs by their numbers. Say so where they don’t tell it. Held-out inputs are kept from you. You change nothing yourself.`,
      suggestions.wish,
    ]),
    schema: z.object({ reply: z.string().trim().min(1).max(8000), suggestions: suggestions.schema }),
    sampling: { temperature: 0.4, seed: seedFor(0), maxTokens: 4096 },
  }, options);
  return { value: { text: value.reply, suggestions: value.suggestions }, notes };
}

/** A small model gets one lineage at most to talk about, and an example. A person is told not to rely on it. */
async function answerShortly(model: ChatModel, { view, question }: ChatRequest, seedFor: (attempt: number) => number, options: TrainerOptions): Promise<Noted<ChatReply>> {
  const wish = prompt`"reply" answers the message in one or two sentences.`;
  const told = question.about !== null && presentCases(view).some(({ label }) => label === question.about) ? describeEvidence(gatherEvidence(view, question.about)) : nothing;
  const { value, notes } = await askUntilGood({
    attempts: trials * 2,
    ask: async (attempt) => await askModel(model, {
      name: 'reply',
      role: smallRole,
      task: joined([shortStatement(view.session), told, prompt`${data('message', question.text)}`, wish]),
      ...exampleFor(attempt, { task: joined([shortStatement(exampleNeed), describeAnswers([exampleAnswered]), prompt`${data('message', exampleQuestion)}`, wish]), answer: { reply: exampleReply } }),
      schema: z.object({ reply: z.string().trim().min(10).max(300) }),
      sampling: { temperature: smallTemperature(attempt), seed: seedFor(attempt), maxTokens: tokensFor(300) },
    }, options),
    check: ({ reply }) => isAmong(reply, [exampleReply, question.text])
      ? { isGood: false, code: 'reply_copied', message: 'The model repeated what it was told, and said nothing of its own.', complaint: nothing }
      : { isGood: true, value: { text: reply, suggestions: [] } },
  });
  return { value, notes: [`${model.label} is small: it is good for trying this out, and not for advice. A stronger trainer model is chosen in the session’s settings.`, ...notes] };
}

/** What may be suggested now, and how the model is asked for it: strategies before they are confirmed, then directives. */
function suggestionsFor(view: TrainingView): { schema: z.ZodType<ChatSuggestion[]>; wish: Prompt } {
  if (view.lineages.length === 0) {
    const strategy = z.object({ lineage: z.enum(lineageLabels), tag: strategySchema.shape.tag, approach: strategySchema.shape.approach });
    return {
      schema: z.array(strategy.transform((one): ChatSuggestion => ({ kind: 'strategy', ...one }))).max(mostSuggestions),
      wish: prompt`"suggestions" are strategies to put in the place of one of A to D, where the person wants another: "tag" a few words to know it by, "approach" two to four sentences on how an agent of it goes about the need. They must differ from the others. None where the person only asks.`,
    };
  }
  const open = view.lineages.flatMap(({ label, isLocked }) => (isLocked ? [] : [label]));
  const directive = z.object({ lineage: z.enum(open.length === 0 ? lineageLabels : open), holds: z.enum(['nextCycle', 'always']), directive: z.string().trim().min(1).max(2000) });
  return {
    schema: z.array(directive.transform(({ lineage, holds, directive: text }): ChatSuggestion => ({ kind: 'directive', lineage, holds: holds === 'always' ? 'sticky' : 'oneShot', text }))).max(open.length === 0 ? 0 : mostSuggestions),
    wish: prompt`"suggestions" are directives that would steer a lineage to what the person wants: "directive" says how its agent should behave or answer, "holds" is nextCycle or always. Locked lineages get none. None where the person only asks.`,
  };
}

function describeInputs({ inputs }: TrainingView): Prompt {
  return inputs.length === 0 ? nothing : prompt`Inputs that the agents answer:\n${data('inputs', inputs.slice(0, shownAnswers).map(({ number, text }) => ({ input: number, text })))}`;
}

function describeLineages({ lineages, strategies }: TrainingView): Prompt {
  if (lineages.length === 0) {
    return strategies.length === 0 ? prompt`No strategies are proposed yet.` : prompt`Strategies that are talked about; no agents are made of them yet:\n${data('strategies', strategies.map(({ label, tag, approach }) => ({ lineage: label, tag, approach })))}`;
  }
  return prompt`The lineages with their newest agents:\n${data('lineages', lineages.map((lineage) => {
    const { label, strategyTag, isLocked, directives, cycle, problem } = lineage;
    const agent = newestAgent(lineage);
    return { lineage: label, strategy: strategyTag, isLocked, cycle, always: directives.sticky, nextCycle: directives.oneShot, problem: problem?.message ?? null, version: agent?.version ?? null, systemPrompt: agent?.definition.systemPrompt ?? null };
  }))}`;
}

/** Answers that stand now. */
function describeStanding(view: TrainingView, about: LineageLabel | null): Prompt {
  const cases = presentCases(view).filter(({ label }) => about === null || label === about).sort((one, other) => (one.user?.score ?? 11) - (other.user?.score ?? 11));
  if (cases.length === 0) return nothing;
  const shown = cases.slice(0, shownAnswers).map(({ label, input, artifact, user }) => ({ lineage: label, input: input.number, answered: artifact.content, score: user?.score ?? null, comment: user?.comment ?? '' }));
  return joined([
    prompt`What the agents answered, with the person’s score from 1 (worst) to 10 (best) and comment; null is not scored:\n${data('scored answers', shown)}`,
    shown.length === cases.length ? nothing : prompt`(${shown.length} of ${cases.length} answers are shown: those with the lowest scores.)`,
  ]);
}

/** What was tried, and how it went. */
function describeSteps({ evolutions }: TrainingView, about: LineageLabel | null): Prompt {
  const steps = evolutions.filter(({ lineage }) => about === null || lineage === about).slice(-shownSteps);
  if (steps.length === 0) return nothing;
  return prompt`Steps of evolution, with their effect on the mean score where it is known:\n${data('steps', steps.map(({ lineage, parentVersion, version, score, effect, hypothesis, plan }) => ({ lineage, from: parentVersion, to: version, answersScore: score, effect, hypothesis, changes: plan.map(({ change }) => change) })))}`;
}

function describeEarlier(earlier: readonly ChatMessage[]): Prompt {
  if (earlier.length === 0) return nothing;
  return prompt`What you and the person said before:\n${data('conversation', earlier.slice(-shownMessages).map(({ by, text, about }) => ({ by: by === 'user' ? 'person' : 'you', text, ...(about === null ? {} : { about }) })))}`;
}
