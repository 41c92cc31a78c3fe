/** An error that the backend answered, or that there is none at the moment (`backend_restarting`). */
export class RequestError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(error: { code: string; message: string; hint?: string }) {
    super(error.message);
    this.name = 'RequestError';
    this.code = error.code;
    this.hint = error.hint;
  }
}

/** Anything else that is thrown is a fault of the page's own. */
export function asRequestError(error: unknown): RequestError {
  return error instanceof RequestError ? error : new RequestError({ code: 'internal', message: String(error) });
}

const transient: ReadonlySet<string> = new Set(['backend_restarting', 'backend_ended', 'timed_out', 'cancelled']);

/** The backend is away or slow; asking again may help, and nothing is wrong with what was asked. */
export function isTransient(error: unknown): boolean {
  return error instanceof RequestError && transient.has(error.code);
}
