import type { ChatResult, TokenLogprob } from '../../../protocol/inference.ts';

/** The objects of https://platform.openai.com/docs/api-reference/chat/object and chat/streaming. */

export interface AnswerHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
  model: string;
}

export function completionObject(head: AnswerHead, result: ChatResult) {
  return {
    ...head,
    object: 'chat.completion' as const,
    choices: [{ index: 0, message: { role: 'assistant' as const, content: result.toolCalls.length > 0 && result.text === '' ? null : result.text, refusal: null, ...toolCallsOf(head, result) }, logprobs: logprobsOf(result), finish_reason: finishOf(result) }],
    usage: usageOf(result),
  };
}

/** A piece of an answer. */
export function textChunk(head: AnswerHead, text: string) {
  return { ...head, object: 'chat.completion.chunk' as const, choices: [{ index: 0, delta: { content: text }, logprobs: null, finish_reason: null }] };
}

export function firstChunk(head: AnswerHead) {
  return { ...head, object: 'chat.completion.chunk' as const, choices: [{ index: 0, delta: { role: 'assistant' as const, content: '' }, logprobs: null, finish_reason: null }] };
}

/** The end of an answer: tool calls and log-probabilities are known only now. */
export function lastChunk(head: AnswerHead, result: ChatResult) {
  const { tool_calls } = toolCallsOf(head, result);
  return {
    ...head,
    object: 'chat.completion.chunk' as const,
    choices: [{ index: 0, delta: tool_calls === undefined ? {} : { tool_calls: tool_calls.map((call, index) => ({ index, ...call })) }, logprobs: logprobsOf(result), finish_reason: finishOf(result) }],
  };
}

export function usageChunk(head: AnswerHead, result: ChatResult) {
  return { ...head, object: 'chat.completion.chunk' as const, choices: [], usage: usageOf(result) };
}

function usageOf({ promptTokens, tokenIds }: ChatResult) {
  return { prompt_tokens: promptTokens, completion_tokens: tokenIds.length, total_tokens: promptTokens + tokenIds.length };
}

function finishOf({ toolCalls, stop }: ChatResult): 'stop' | 'length' | 'tool_calls' {
  return toolCalls.length > 0 ? 'tool_calls' : stop;
}

function toolCallsOf({ id }: AnswerHead, { toolCalls }: ChatResult) {
  if (toolCalls.length === 0) return {};
  return { tool_calls: toolCalls.map((call, index) => ({ id: call.id ?? `call_${id.slice(-12)}_${String(index)}`, type: call.type, function: { name: call.function.name, arguments: JSON.stringify(call.function.arguments) } })) };
}

function logprobsOf({ logprobs }: ChatResult) {
  if (logprobs === null) return null;
  return { content: logprobs.map(({ alternatives, ...token }) => ({ ...chance(token), top_logprobs: alternatives.map(chance) })), refusal: null };
}

function chance({ text, logprob }: Pick<TokenLogprob, 'text' | 'logprob'>) {
  // A part of a character has bytes that the text no longer shows.
  return { token: text, logprob, bytes: text.includes('\ufffd') ? null : [...Buffer.from(text)] };
}
