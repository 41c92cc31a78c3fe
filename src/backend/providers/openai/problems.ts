import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { CampError, failure, notFound, usageError } from '../../../protocol/errors.ts';
import type { Endpoint } from './endpoint.ts';
import { answerCut, badAnswer } from './answerReader.ts';

/** Statuses that may pass by themselves. */
const passing = new Set([429, 500, 502, 503, 504]);
/** A whole run of this many characters of what was sent, found in an error, is a quotation of it. */
const quotedLength = 16;

export type Problem =
  | { kind: 'final'; error: unknown }
  /** Worth another try after a while; null leaves the while to the caller. */
  | { kind: 'passing'; error: CampError; afterMs: number | null }
  /** The request as it was made is not taken. */
  | { kind: 'refused'; error: CampError; cause: APIError };

export interface ProblemContext {
  endpoint: Endpoint;
  label: string;
  model: string;
  /** What an error must not quote: the texts that were sent. */
  sent: readonly string[];
}

/**
 * What went wrong, in our words. The key never gets into an error, and neither does a text that was sent: a server's own
 * message is passed on only where it quotes neither.
 */
export function problemOf(error: unknown, context: ProblemContext): Problem {
  if (error instanceof CampError) return error.code === 'answer_cut' ? { kind: 'passing', afterMs: null, error } : { kind: 'final', error };
  if (error instanceof SyntaxError) return { kind: 'final', error: badAnswer(context.label, 'something that is not an answer', '', error) };
  if (!isApiError(error) || error instanceof APIUserAbortError) return unreadable(error, context);
  if (error instanceof APIConnectionError && error.cause instanceof CampError) return { kind: 'final', error: error.cause };
  if (error instanceof APIConnectionError) return { kind: 'passing', afterMs: null, error: unreachable(error, context) };
  const status = error.status ?? 0;
  if (status === 401 || status === 403) return { kind: 'final', error: keyRefused(status, context) };
  if (status === 404) return { kind: 'final', error: unknownModel(context) };
  if (status === 429 && error.code === 'insufficient_quota') return { kind: 'final', error: noQuota(context) };
  if (status === 400 && error.code === 'context_length_exceeded') return { kind: 'final', error: tooLong(context) };
  if (status === 400 || status === 422 || isRefusal(status, error)) return { kind: 'refused', cause: error, error: refused(error, context) };
  // A server that fails after its answer began says so in the stream, where there is no status any more.
  if (passing.has(status) || error.status === undefined) return { kind: 'passing', afterMs: retryAfterMs(error.headers), error: busy(status, error, context) };
  return { kind: 'final', error: refused(error, context) };
}

/** Some servers, llama-cpp-python among them, answer 500 where they do not know an option. */
function isRefusal(status: number, { message }: APIError): boolean {
  return status === 500 && message.includes('response_format');
}

function isApiError(error: unknown): error is APIError {
  return error instanceof APIError;
}

/** A stream that ends in the middle throws whatever the transport throws; anything else is a bug of ours. */
function unreadable(error: unknown, { label }: ProblemContext): Problem {
  const isTransport = (error instanceof TypeError && error.cause !== undefined) || (error instanceof Error && 'code' in error) || error instanceof APIUserAbortError;
  return isTransport ? { kind: 'passing', afterMs: null, error: answerCut(label, error) } : { kind: 'final', error };
}

function unreachable(cause: APIConnectionError, { endpoint, label }: ProblemContext): CampError {
  return failure('provider_unreachable', `${label} can’t be reached at ${endpoint.origin}.`, {
    hint: endpoint.isLoopback ? 'Is the server running? training provider detect looks at the usual ports.' : 'Is this machine online, and is the address right? training provider list shows it.',
    cause,
  });
}

function keyRefused(status: number, { endpoint, label }: ProblemContext): CampError {
  const keyHint = endpoint.keyHint;
  return failure('provider_key_refused', `${label} refused the key (${String(status)}).`, { hint: endpoint.hasKey ? `The key came from ${endpoint.keyPlace}. ${keyHint}` : keyHint });
}

function unknownModel({ endpoint, label, model }: ProblemContext): CampError {
  return notFound('model_not_found', `${label} answers that there is no model “${model}”.`, { hint: `training provider models ${endpoint.name} lists those that there are. Without any, the base URL may be wrong: ${endpoint.url}` });
}

function noQuota({ label }: ProblemContext): CampError {
  return failure('provider_quota', `The account of ${label} has no quota left.`, { hint: 'Add credit with the provider, or choose another model. What was answered is kept.' });
}

function tooLong({ label }: ProblemContext): CampError {
  return usageError('context_overflow', `The request is longer than ${label} takes.`, { hint: 'Shorten the prompt or the input, or choose a model with a longer context.' });
}

function busy(status: number, cause: APIError, { label }: ProblemContext): CampError {
  return status === 429
    ? failure('provider_busy', `${label} takes no more requests for now (429).`, { hint: 'Try again in a while.', cause })
    : failure('provider_failed', `${label} failed${status === 0 ? ' while it answered' : ` (${String(status)})`}.`, { hint: 'Try again in a while.', cause });
}

function refused(cause: APIError, context: ProblemContext): CampError {
  const said = quotable(cause, context);
  return failure('provider_refused', `${context.label} refused the request (${String(cause.status ?? 'no status')})${said === null ? '.' : `: ${said}`}`, {
    hint: `training provider test ${context.endpoint.name} tries what it takes.`,
  });
}

/** The server's own words, or null where they quote what was sent or the key. */
function quotable(cause: APIError, { sent, endpoint }: ProblemContext): string | null {
  const said = cause.message.replace(/^\d{3} /, '');
  if (said === '' || said.includes('status code (no body)')) return null;
  for (let start = 0; start + quotedLength <= said.length; start += 1) {
    const piece = said.slice(start, start + quotedLength);
    if (sent.some((text) => text.includes(piece))) return null;
  }
  const isShort = sent.some((text) => text.length < quotedLength && text.length > 3 && said.includes(text));
  if (isShort || endpoint.isKeyIn(said)) return null;
  return said.length > 300 ? `${said.slice(0, 300)}…` : said;
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or OpenAI's `retry-after-ms`. */
function retryAfterMs(headers: Headers | undefined): number | null {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const value = headers?.get('retry-after') ?? '';
  const seconds = Number.parseFloat(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isFinite(date) ? Math.max(0, date - Date.now()) : null;
}
