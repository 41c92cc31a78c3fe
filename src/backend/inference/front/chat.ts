import { randomBytes, randomInt } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ChatResult } from '../../../protocol/inference.ts';
import type { Clock } from '../../platform/clock.ts';
import type { AnswerOptions, InferenceClient } from '../client.ts';
import { completionObject, firstChunk, lastChunk, textChunk, usageChunk, type AnswerHead } from './chatAnswer.ts';
import { toChatParams, type ChatBody } from './chatRequest.ts';
import { HttpProblem } from './problem.ts';
import { openEvents, sendEvent, sendJson } from './reply.ts';
import type { ServedModel } from './servedModel.ts';

export interface ChatTurn {
  client: InferenceClient;
  clock: Clock;
  model: ServedModel;
  body: ChatBody;
  options: AnswerOptions;
}

/** One answer, whole or streamed. */
export async function answerChat({ client, clock, model, body, options }: ChatTurn, response: ServerResponse): Promise<void> {
  const params = toChatParams(body, model, randomInt(2 ** 31));
  const head: AnswerHead = { id: `chatcmpl-${randomBytes(12).toString('hex')}`, created: Math.floor(clock.now().getTime() / 1000), model: body.model };
  if (body.stream !== true) {
    const whole = await client.chat(params, options);
    requireSchemaMet(whole);
    sendJson(response, 200, completionObject(head, whole));
    return;
  }
  // The first piece opens the stream, so that what fails before it is an answer with a status of its own.
  let isOpen = false;
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    openEvents(response);
    sendEvent(response, firstChunk(head));
  };
  const onText = (text: string) => {
    open();
    sendEvent(response, textChunk(head, text));
  };
  const result = await client.chat(params, { ...options, onText });
  requireSchemaMet(result);
  open();
  sendEvent(response, lastChunk(head, result));
  if (body.stream_options?.include_usage === true) sendEvent(response, usageChunk(head, result));
  response.end('data: [DONE]\n\n');
}

/** A client that asked for a schema takes an answer at its word. 422 is not asked again by itself, which would not help. */
function requireSchemaMet({ schemaProblems }: ChatResult): void {
  if (schemaProblems.length > 0) throw new HttpProblem(422, 'schema_not_met', `The answer breaks a rule of the schema that no grammar holds: ${schemaProblems.join('; ')}`, 'response_format');
}
