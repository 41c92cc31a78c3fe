import { CampError } from '../../../protocol/errors.ts';

/** A refusal in OpenAI's form: https://platform.openai.com/docs/guides/error-codes */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | null;

  constructor(status: number, code: string, message: string, param: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

/** Nobody reads it; 499 is what servers note for it. */
export function clientGone(): HttpProblem {
  return new HttpProblem(499, 'client_gone', 'The client has gone.');
}

export function errorBody({ status, code, message, param }: HttpProblem): { error: { message: string; type: string; param: string | null; code: string } } {
  return { error: { message, type: typeOf(status), param, code } };
}

/** What went wrong in the engine, by its code. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (!(error instanceof CampError)) return new HttpProblem(500, 'internal', 'The server failed.');
  const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  switch (error.code) {
    case 'context_overflow':
      return new HttpProblem(400, 'context_length_exceeded', message, 'messages');
    case 'text_too_long':
      return new HttpProblem(400, 'context_length_exceeded', message, 'input');
    case 'template_failed':
      return new HttpProblem(400, error.code, message, 'messages');
    case 'tools_unsupported':
      return new HttpProblem(400, error.code, message, 'tools');
    case 'schema_unsupported':
      return new HttpProblem(400, error.code, message, 'response_format');
    case 'no_chat_template':
    case 'not_an_embedding_model':
      return new HttpProblem(400, error.code, message, 'model');
    default:
      return error.kind === 'usage' ? new HttpProblem(400, error.code, message) : new HttpProblem(503, error.code, message);
  }
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
