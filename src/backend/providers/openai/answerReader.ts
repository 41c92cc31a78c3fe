import type OpenAI from 'openai';
import { z } from 'zod';
import { jsonSchema } from '../../../protocol/json.ts';
import { failure, type CampError } from '../../../protocol/errors.ts';
import type { ToolCall } from '../../../protocol/datasets.ts';
import type { ChatAnswer } from '../chatModel.ts';

type Chunk = OpenAI.Chat.ChatCompletionChunk;

/** What a server may leave out of a chunk, whatever the documented shape says. */
const chunkSchema = z.object({
  model: z.string().optional(),
  choices: z.array(
    z.object({
      delta: z.object({
        content: z.string().nullish(),
        refusal: z.string().nullish(),
        tool_calls: z.array(z.object({ index: z.int().nonnegative().optional(), id: z.string().nullish(), function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).optional() })).nullish(),
      }).nullish(),
      finish_reason: z.string().nullish(),
    }),
  ).optional(),
  usage: z.object({ prompt_tokens: z.int().nonnegative().nullish(), completion_tokens: z.int().nonnegative().nullish() }).nullish(),
});

const argumentsSchema = z.record(z.string(), jsonSchema);

/** Puts the chunks of a streamed answer together. */
export class AnswerReader {
  readonly #label: string;
  readonly #onText: (text: string) => void;
  readonly #calls: { id: string; name: string; arguments: string }[] = [];
  #text = '';
  #finish: string | null = null;
  #usage: ChatAnswer['usage'] = { promptTokens: null, completionTokens: null };
  #model: string;
  #isRefused = false;

  constructor(init: { label: string; model: string; onText: (text: string) => void }) {
    this.#label = init.label;
    this.#model = init.model;
    this.#onText = init.onText;
  }

  /** Something of the answer has been seen outside, so that another try would show it twice. */
  get isShown(): boolean {
    return this.#text !== '';
  }

  read(chunk: Chunk): void {
    const parsed = chunkSchema.safeParse(chunk);
    if (!parsed.success) throw badAnswer(this.#label, 'a piece that is not of a chat completion', z.prettifyError(parsed.error));
    const { model, choices = [], usage } = parsed.data;
    if (model !== undefined && model !== '') this.#model = model;
    if (typeof usage === 'object' && usage !== null) this.#usage = { promptTokens: usage.prompt_tokens ?? null, completionTokens: usage.completion_tokens ?? null };
    const choice = choices[0];
    if (choice === undefined) return;
    const { content, refusal, tool_calls: calls } = choice.delta ?? {};
    if (typeof content === 'string' && content !== '') {
      this.#text += content;
      this.#onText(content);
    }
    if (typeof refusal === 'string' && refusal !== '') this.#isRefused = true;
    for (const call of calls ?? []) {
      // Some servers send each call whole and leave the index out.
      const place = call.index ?? this.#calls.length;
      const known = (this.#calls[place] ??= { id: '', name: '', arguments: '' });
      known.id ||= call.id ?? '';
      known.name += call.function?.name ?? '';
      known.arguments += call.function?.arguments ?? '';
    }
    this.#finish = choice.finish_reason ?? this.#finish;
  }

  /** The whole answer once the stream is over. */
  end(): Pick<ChatAnswer, 'text' | 'toolCalls' | 'stop' | 'usage' | 'model'> {
    if (this.#isRefused || this.#finish === 'content_filter') {
      throw failure('answer_refused', `${this.#label} refused to answer.`, { hint: 'Word the need, the input or the agent’s prompt differently, or choose another model.' });
    }
    if (this.#finish === null) throw answerCut(this.#label);
    const toolCalls = this.#calls.map((call, index) => this.#toolCall(call, index));
    const stop = this.#finish === 'length' ? 'length' : toolCalls.length > 0 ? 'toolCalls' : 'stop';
    return { text: this.#text, toolCalls, stop, usage: this.#usage, model: this.#model };
  }

  #toolCall(call: { id: string; name: string; arguments: string }, index: number): ToolCall {
    let parsed: unknown;
    try {
      parsed = JSON.parse(call.arguments === '' ? '{}' : call.arguments);
    } catch (error) {
      throw badAnswer(this.#label, `a call of the tool “${call.name}” whose arguments are no JSON`, String(error));
    }
    const values = argumentsSchema.safeParse(parsed);
    if (!values.success) throw badAnswer(this.#label, `a call of the tool “${call.name}” whose arguments are no object`, '');
    return { id: call.id === '' ? `call_${String(index)}` : call.id, type: 'function', function: { name: call.name, arguments: values.data } };
  }
}

export function answerCut(label: string, cause?: unknown): CampError {
  return failure('answer_cut', `The answer of ${label} broke off before its end.`, { hint: 'Try again.', ...(cause === undefined ? {} : { cause }) });
}

export function badAnswer(label: string, what: string, detail: string, cause?: unknown): CampError {
  return failure('provider_bad_answer', `${label} sent ${what}.`, {
    hint: 'Is this the base URL of an OpenAI-compatible server, with its /v1? training provider test NAME tells.',
    ...(detail === '' ? {} : { details: { problem: detail } }),
    ...(cause === undefined ? {} : { cause }),
  });
}
