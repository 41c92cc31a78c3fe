import type { z } from 'zod';
import type { Message } from '../../../protocol/datasets.ts';
import { failure } from '../../../protocol/errors.ts';
import type { Capabilities, ChatModel } from '../../providers/chatModel.ts';
import { answerStructured } from '../../providers/structured.ts';
import { dataRule, joined, longestString, markerOf, prompt, render, type Cut, type Prompt } from './quoted.ts';

export interface TrainerOptions {
  signal: AbortSignal;
}

export interface TrainerCall<Value> {
  /** Letters, digits and underscores. */
  name: string;
  /** What the model is, and what holds for its answer. */
  role: Prompt;
  task: Prompt;
  /**
   * The same question about something else, with an answer to it: a small model follows an example where it does not
   * follow instructions. What it answers must still be its own, so callers refuse the example's answer.
   */
  example?: { task: Prompt; answer: Value };
  schema: z.ZodType<Value>;
  sampling: { temperature: number; seed: number; maxTokens: number };
}

/** An answer, and what a person should know of how it came about, such as texts that were cut. */
export interface Noted<Value> {
  value: Value;
  notes: string[];
}

/** Bytes of a token, rather too few than too many: a prompt that was thought short enough must fit. */
const bytesPerToken = 2.5;
/** Below this a text is no longer worth showing. */
const shortestCut = 160;
/** The unlikely words of a small model are not ideas but slips. */
const exampleTopP = 0.9;
/** A model with less context than this gets small tasks: one thing a call, few fields. The built-in one has 8192. */
const smallContext = 8192;

/** Whether a model is asked for one small thing at a time. */
export async function isSmall(model: ChatModel, signal: AbortSignal): Promise<boolean> {
  const { contextLength } = await model.capabilities(signal);
  return contextLength !== null && contextLength <= smallContext;
}

/**
 * Room for JSON with so many characters of text, 400 a string at most, from a model that a grammar holds to them: a token has a character at
 * least, and one that JSON escapes takes more. Less would cut an answer that rambles to its allowed end.
 */
export function tokensFor(characters: number): number {
  return characters + 150;
}

/** A small model is first asked to be sober, and then, where its answer was refused, to be bolder and bolder. */
export function smallTemperature(attempt: number): number {
  return Math.min(1, 0.5 + 0.1 * attempt);
}

/** An example for the first attempts: a model that copies it each time is asked without. */
export function exampleFor<Value>(attempt: number, example: { task: Prompt; answer: Value }): { example?: { task: Prompt; answer: Value } } {
  return attempt < attemptsWithExample ? { example } : {};
}

const attemptsWithExample = 3;

/** One structured answer. Data is cut to what the model's context holds, equally long for all, and the notes say so. */
export async function askModel<Value>(model: ChatModel, call: TrainerCall<Value>, { signal }: TrainerOptions): Promise<Noted<Value>> {
  const { messages, cuts } = fit(call, await model.capabilities(signal));
  const { value } = await answerStructured(model, { name: call.name, schema: call.schema, messages, sampling: { ...call.sampling, topP: call.example === undefined ? 1 : exampleTopP, stop: [] } }, { signal, onText: () => undefined });
  return { value, notes: cuts.map(({ name, shown, of }) => `${model.label} has too little context: of ${name}, ${String(shown)} of ${String(of)} characters were shown to it.`) };
}

export interface Trial<Value, Good> {
  /** Asks; `complaint` says what was wrong with the answer before. */
  ask: (attempt: number, complaint: Prompt) => Promise<Noted<Value>>;
  /** The answer made ready, or what is wrong with it. */
  check: (value: Value, attempt: number) => Verdict<Good> | Promise<Verdict<Good>>;
  attempts: number;
}

/** `isLastChance`: it is asked again once, and a further answer that is refused is the last. */
export type Verdict<Good> = { isGood: true; value: Good } | { isGood: false; code: string; message: string; complaint: Prompt; isLastChance?: boolean };

/** Asks again, with what was wrong, until an answer holds; the last verdict's error otherwise. */
export async function askUntilGood<Value, Good>(trial: Trial<Value, Good>): Promise<Noted<Good>> {
  const notes = new Set<string>();
  let complaint = prompt``;
  let { attempts } = trial;
  for (let attempt = 0; ; attempt++) {
    const answer = await trial.ask(attempt, complaint);
    for (const note of answer.notes) notes.add(note);
    const verdict = await trial.check(answer.value, attempt);
    if (verdict.isGood) return { value: verdict.value, notes: [...notes] };
    if (attempt + 1 >= attempts) throw failure(verdict.code, verdict.message, { hint: 'Try again, or choose a stronger model.' });
    if (verdict.isLastChance === true) attempts = Math.min(attempts, attempt + 2);
    complaint = prompt`An earlier answer was refused. ${verdict.complaint}`;
  }
}

interface Fitted {
  messages: Message[];
  cuts: Cut[];
}

function fit({ role, task, example, sampling }: Pick<TrainerCall<unknown>, 'role' | 'task' | 'example' | 'sampling'>, { contextLength }: Capabilities): Fitted {
  const shown = example === undefined ? [] : [example.task];
  const marker = markerOf([role, ...shown, task]);
  const hasData = task.parts.some((part) => typeof part !== 'string');
  const system = hasData ? joined([role, { kind: 'prompt', parts: [dataRule(marker)] }]) : role;
  const write = (longest: number): Fitted & { bytes: number } => {
    const [first, second] = [render(system, marker, longest), render(task, marker, longest)];
    const turns: Message[] = example === undefined ? [] : [{ role: 'user', content: render(example.task, marker, Infinity).text }, { role: 'assistant', content: JSON.stringify(example.answer) }];
    const messages: Message[] = [{ role: 'system', content: first.text }, ...turns, { role: 'user', content: second.text }];
    return { messages, cuts: [...first.cuts, ...second.cuts], bytes: messages.reduce((sum, { content }) => sum + Buffer.byteLength(typeof content === 'string' ? content : ''), 0) };
  };
  const longest = longestString([role, task]);
  const whole = write(longest);
  if (contextLength === null) return whole;
  const room = (contextLength - sampling.maxTokens) * bytesPerToken;
  if (whole.bytes <= room) return whole;
  let [fits, tooLong] = [Math.min(shortestCut, longest), longest];
  if (write(fits).bytes > room) {
    throw failure('prompt_too_long', `There is too much to tell for a model with a context of ${String(contextLength)} tokens.`, { hint: 'Choose a model with a longer context, or use fewer inputs.' });
  }
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (write(middle).bytes <= room) fits = middle;
    else tooLong = middle;
  }
  return write(fits);
}
