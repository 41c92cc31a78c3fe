import { z } from 'zod';
import { counted } from '../../../common/figures.ts';
import { lineageLabels, type ChatMessage, type ChatSuggestion } from '../../../protocol/camp.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { describeAnswers, describeEvidence, gatherEvidence } from '../evolution/evidence.ts';
import { isAmong } from '../evolution/harm.ts';
import type { TrainingView } from '../evolution/trainingView.ts';
import { presentCases } from '../transitions.ts';
import { askModel, askUntilGood, exampleFor, isSmall, smallTemperature, tokensFor, type Noted, type TrainerOptions } from './ask.ts';
import { describeEarlier, describeInputs, describeLineages, describeStanding, describeSteps } from './describeSession.ts';
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
/** In one answer. */
const mostSuggestions = 4;

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
    schema: z.object({ reply: z.string().trim().min(1).max(20_000), suggestions: suggestions.schema }),
    sampling: { temperature: 0.4, seed: seedFor(0), maxTokens: 4096 },
  }, options);
  const leftOut = suggestions.leftOut();
  return { value: { text: value.reply, suggestions: value.suggestions }, notes: leftOut === 0 ? notes : [...notes, `${counted(leftOut, 'further suggestion')} of the trainer could not be taken, such as for a locked lineage, and ${leftOut === 1 ? 'is' : 'are'} left out.`] };
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

interface Suggestions {
  schema: z.ZodType<ChatSuggestion[]>;
  wish: Prompt;
  /** How many the schema has left out of the answer that it read last. */
  leftOut: () => number;
}

/** What may be suggested now, and how the model is asked for it: strategies before they are confirmed, then directives. */
function suggestionsFor(view: TrainingView): Suggestions {
  if (view.lineages.length === 0) {
    const strategy = z.object({ lineage: z.enum(lineageLabels), tag: z.string().trim().min(1).max(60), approach: z.string().trim().min(1).max(4000) });
    return {
      ...onlyGood(strategy.transform((one): ChatSuggestion => ({ kind: 'strategy', ...one })), mostSuggestions),
      wish: prompt`"suggestions" are strategies to put in the place of one of A to D, where the person wants another: "tag" a few words to know it by, "approach" two to four sentences on how an agent of it goes about the need. They must differ from the others. None where the person only asks.`,
    };
  }
  const open = view.lineages.flatMap(({ label, isLocked }) => (isLocked ? [] : [label]));
  const directive = z.object({ lineage: z.enum(open.length === 0 ? lineageLabels : open), holds: z.enum(['nextCycle', 'always']), directive: z.string().trim().min(1).max(2000) });
  return {
    ...onlyGood(directive.transform(({ lineage, holds, directive: text }): ChatSuggestion => ({ kind: 'directive', lineage, holds: holds === 'always' ? 'sticky' : 'oneShot', text })), open.length === 0 ? 0 : mostSuggestions),
    wish: prompt`"suggestions" are directives that would steer a lineage to what the person wants: "directive" says how its agent should behave or answer, "holds" is nextCycle or always. Locked lineages get none. None where the person only asks.`,
  };
}

/** Asks for suggestions of a form, and leaves out those of another and those beyond `most`: the reply beside them was paid for, and stands without them. */
function onlyGood(one: z.ZodType<ChatSuggestion>, most: number): Omit<Suggestions, 'wish'> {
  let leftOut = 0;
  const pick = (given: unknown): unknown[] => {
    const all: unknown[] = Array.isArray(given) ? given : [];
    const good = all.filter((suggestion) => one.safeParse(suggestion).success).slice(0, most);
    leftOut = all.length - good.length;
    return good;
  };
  return { schema: z.preprocess(pick, z.array(one).max(most)), leftOut: () => leftOut };
}
