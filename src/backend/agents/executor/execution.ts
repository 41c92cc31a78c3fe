import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../common/canonicalJson.ts';
import type { AgentDefinition, Usage } from '../../../protocol/agentDefinitions.ts';
import type { Message } from '../../../protocol/datasets.ts';
import { CampError, failure } from '../../../protocol/errors.ts';
import { orAborted } from '../../platform/orAborted.ts';
import type { ChatAnswer, ChatModel, ChatSampling } from '../../providers/chatModel.ts';
import type { ExecutionLimits } from './limits.ts';
import type { Tool } from './tools/tool.ts';
import { wholeCharacters, type Trace } from './trace.ts';

export interface ExecutionInit {
  definition: AgentDefinition;
  input: string;
  model: ChatModel;
  /** By name. */
  tools: ReadonlyMap<string, Tool>;
  limits: ExecutionLimits;
  trace: Trace;
  /** Aborted by the caller, or when the time is over. */
  signal: AbortSignal;
}

export interface Question {
  messages: readonly Message[];
  /** How many of the messages the trace has seen in an earlier question of this conversation. */
  known: number;
  tools: readonly Tool[];
  sampling: ChatSampling;
  parent: number | null;
  onText: (text: string) => void;
}

export type ToolResult = { isGood: true; text: string } | { isGood: false; text: string; error: unknown };

/** One execution while it goes on: whoever asks the model or calls a tool does it here, so that all is traced and counted. */
export class Execution {
  readonly init: ExecutionInit;
  #calls = 0;
  #steps = 0;
  #usage: Usage = { promptTokens: 0, completionTokens: 0 };
  #costUsd: number | null = 0;
  #model: string | null = null;
  #firstMessages: readonly Message[] = [];

  constructor(init: ExecutionInit) {
    this.init = init;
  }

  get result(): { promptSha256: string; usage: Usage; costUsd: number | null; model: string } {
    const promptSha256 = createHash('sha256').update(canonicalJson(this.#firstMessages)).digest('hex');
    return { promptSha256, usage: this.#usage, costUsd: this.#costUsd, model: this.#model ?? this.init.model.reference };
  }

  /** Throws where the flow goes on for too long. */
  countStep(): void {
    this.init.signal.throwIfAborted();
    this.#steps += 1;
    if (this.#steps > this.init.limits.steps) throw failure('too_many_steps', `The flow took more than ${String(this.init.limits.steps)} steps.`, { hint: 'Give its loops fewer rounds.' });
  }

  async ask({ messages, known, tools, sampling, parent, onText }: Question): Promise<ChatAnswer> {
    const { model, limits, trace, signal } = this.init;
    signal.throwIfAborted();
    this.#calls += 1;
    if (this.#calls > limits.modelCalls) throw failure('too_many_calls', `The agent asked the model more than ${String(limits.modelCalls)} times.`, { hint: 'Give its flow fewer rounds.' });
    if (this.#calls === 1) this.#firstMessages = [...messages];
    const entry = trace.begin({ kind: 'model', name: model.label, parent, input: messages.slice(known).map(messageText).join('\n\n') });
    const tooLong = new AbortController();
    let length = 0;
    try {
      const answer = await model.chat({ messages: [...messages], tools: tools.map(({ definition }) => definition), responseSchema: null, sampling }, {
        signal: AbortSignal.any([signal, tooLong.signal]),
        onText: (text) => {
          length += text.length;
          if (length > limits.answer) tooLong.abort(answerTooLong(limits.answer));
          else onText(text);
        },
      });
      if (answer.text.length > limits.answer) throw answerTooLong(limits.answer);
      this.#count(answer);
      const error = answer.stop === 'length' ? `The answer was cut at ${String(sampling.maxTokens)} tokens.` : null;
      trace.end(entry, { output: answerText(answer), usage: answer.usage, error });
      return answer;
    } catch (error) {
      trace.end(entry, { output: '', error: errorText(error) });
      throw error;
    }
  }

  /** A tool that fails is a result: the model is told, and may do something else. */
  async callTool(tool: Tool, input: Record<string, unknown>, parent: number | null): Promise<ToolResult> {
    const { limits, trace, signal } = this.init;
    signal.throwIfAborted();
    const entry = trace.begin({ kind: 'tool', name: tool.name, parent, input: JSON.stringify(input) });
    const timeUp = AbortSignal.timeout(limits.toolTimeoutMs);
    try {
      const text = cutOutput(await orAborted(tool.call(input, AbortSignal.any([signal, timeUp])), AbortSignal.any([signal, timeUp])), limits.toolOutput);
      trace.end(entry, { output: text });
      return { isGood: true, text };
    } catch (thrown) {
      const error = timeUp.aborted && !signal.aborted ? failure('tool_timeout', `${tool.name} took longer than ${String(limits.toolTimeoutMs / 1000)} seconds.`, { cause: thrown }) : thrown;
      trace.end(entry, { output: '', error: errorText(error) });
      signal.throwIfAborted();
      return { isGood: false, text: cutOutput(`Error: ${errorText(error)}`, limits.toolOutput), error };
    }
  }

  #count({ usage, costUsd, model }: ChatAnswer): void {
    this.#usage = { promptTokens: sum(this.#usage.promptTokens, usage.promptTokens), completionTokens: sum(this.#usage.completionTokens, usage.completionTokens) };
    this.#costUsd = sum(this.#costUsd, costUsd);
    this.#model = model;
  }
}

export function errorText(error: unknown): string {
  if (error instanceof CampError && error.hint !== undefined) return `${error.message} ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}

function answerTooLong(limit: number): CampError {
  return failure('answer_too_long', `The answer is longer than ${String(limit)} characters.`, { hint: 'Give the agent a smaller maxTokens.' });
}

/** Unknown and anything is unknown. */
function sum(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left + right;
}

function cutOutput(text: string, longest: number): string {
  return text.length <= longest ? text : `${wholeCharacters(text, longest)}\n[cut: ${String(longest)} of ${String(text.length)} characters]`;
}

function messageText({ role, content, tool_calls: calls = [] }: Message): string {
  const text = typeof content === 'string' ? content : content === null ? '' : JSON.stringify(content);
  return [`${role}: ${text}`, ...calls.map((call) => `→ ${call.function.name} ${JSON.stringify(call.function.arguments)}`)].join('\n');
}

function answerText({ text, toolCalls }: ChatAnswer): string {
  return [text, ...toolCalls.map((call) => `→ ${call.function.name} ${JSON.stringify(call.function.arguments)}`)].filter((part) => part !== '').join('\n');
}
