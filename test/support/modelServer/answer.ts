import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fillIn, type ScriptReply, type ScriptTrouble, type SeenChat } from './script.ts';

type Answer = Exclude<ScriptReply, { status: number }>;

/** Writes an answer as OpenAI's servers do: one `chat.completion`, or `chat.completion.chunk` events. */
export async function writeAnswer(response: ServerResponse, request: SeenChat, reply: Answer): Promise<void> {
  const trouble = reply.trouble ?? {};
  if (trouble.firstPieceMs !== undefined) await delay(trouble.firstPieceMs);
  const facts = answerFacts(request, reply);
  if (request.body.stream === true) await writeStream(response, request, facts, trouble);
  else writeWhole(response, request, facts, trouble);
}

export function errorBody(message: string, code: string | null, type = 'invalid_request_error'): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}

interface Facts {
  text: string | null;
  toolCalls: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
  finish: string;
  usage: Record<string, number> | null;
}

function answerFacts(request: SeenChat, reply: Answer): Facts {
  const text = 'json' in reply ? JSON.stringify(reply.json) : reply.text === undefined ? null : fillIn(reply.text, request);
  const toolCalls = 'toolCalls' in reply
    ? reply.toolCalls.map((call, index) => ({ id: `call_${String(request.body.messages.length)}_${String(index)}`, type: 'function' as const, function: { name: call.name, arguments: JSON.stringify(call.arguments) } }))
    : [];
  const finish = toolCalls.length > 0 ? 'tool_calls' : (reply.finish ?? 'stop');
  return { text, toolCalls, finish, usage: usageOf(request, reply, `${text ?? ''}${JSON.stringify(toolCalls)}`) };
}

function usageOf(request: SeenChat, reply: Answer, answer: string): Record<string, number> | null {
  if (reply.usage === null) return null;
  const prompt = reply.usage?.promptTokens ?? Math.ceil(request.anywhere.length / 4);
  const completion = reply.usage?.completionTokens ?? Math.ceil(answer.length / 4);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function head(request: SeenChat, object: string): Record<string, unknown> {
  return { id: 'chatcmpl-scripted', object, created: 1_700_000_000, model: request.model, system_fingerprint: 'fp_scripted' };
}

function writeWhole(response: ServerResponse, request: SeenChat, facts: Facts, trouble: ScriptTrouble): void {
  if (trouble.stallAt !== undefined) return;
  const message = { role: 'assistant', content: facts.text, refusal: null, ...(facts.toolCalls.length > 0 ? { tool_calls: facts.toolCalls } : {}) };
  const body = JSON.stringify({ ...head(request, 'chat.completion'), choices: [{ index: 0, message, logprobs: null, finish_reason: facts.finish }], ...(facts.usage === null ? {} : { usage: facts.usage }) });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  if (trouble.cutAt !== undefined) {
    response.write(body.slice(0, body.length / 2), () => response.destroy());
    return;
  }
  response.end(trouble.malformedAt === undefined ? body : '<html>'.padEnd(Buffer.byteLength(body)));
}

async function writeStream(response: ServerResponse, request: SeenChat, facts: Facts, trouble: ScriptTrouble): Promise<void> {
  const wantsUsage = request.body.stream_options?.include_usage === true;
  const chunk = (choices: unknown[], extra: Record<string, unknown> = wantsUsage ? { usage: null } : {}) =>
    `data: ${JSON.stringify({ ...head(request, 'chat.completion.chunk'), choices, ...extra })}\n\n`;
  const delta = (content: unknown, finish: string | null = null) => chunk([{ index: 0, delta: content, logprobs: null, finish_reason: finish }]);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
  for (const [index, piece] of deltasOf(facts).entries()) {
    if (response.destroyed) return;
    if (trouble.stallAt === index) return;
    if (trouble.cutAt === index) {
      response.destroy();
      return;
    }
    if (index > 0 && trouble.pieceMs !== undefined) await delay(trouble.pieceMs);
    await written(response, trouble.malformedAt === index ? 'data: {"choices": [{"delta\n\n' : delta(piece));
  }
  await written(response, delta({}, facts.finish));
  if (wantsUsage && facts.usage !== null) await written(response, chunk([], { usage: facts.usage }));
  response.end('data: [DONE]\n\n');
}

/** The role comes first and alone, then the text a word at a time, then each call with its arguments in two halves. */
function deltasOf(facts: Facts): unknown[] {
  const words = facts.text?.match(/\s*\S+\s*$|\s*\S+|\s+/g) ?? [];
  const calls = facts.toolCalls.flatMap(({ function: { name, arguments: text }, ...call }, index) => {
    const middle = Math.ceil(text.length / 2);
    return [
      { tool_calls: [{ index, ...call, function: { name, arguments: '' } }] },
      { tool_calls: [{ index, function: { arguments: text.slice(0, middle) } }] },
      { tool_calls: [{ index, function: { arguments: text.slice(middle) } }] },
    ];
  });
  return [{ role: 'assistant', content: facts.toolCalls.length > 0 ? null : '' }, ...words.map((content) => ({ content })), ...calls];
}

/** Each piece is on its way before the next is made, so that a cut is after it. */
async function written(response: ServerResponse, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    response.write(text, () => resolve());
  });
}
