/**
 * Errors that a person can act on. Everything else is a bug: throw a plain Error, the boundary logs it and answers
 * `internal`. Codes are stable, callers branch on them and never on message text.
 */
export type ErrorKind = 'failed' | 'usage' | 'confirmation' | 'notFound';

/** Exit codes of the CLI (docs/cli.md): a kind decides the code. */
export const exitCodes: Record<ErrorKind, number> = { failed: 1, usage: 2, confirmation: 3, notFound: 4 };

export interface ErrorDocument {
  code: string;
  message: string;
  hint?: string;
  details?: unknown;
}

export class CampError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly details: unknown;

  constructor(init: { code: string; kind: ErrorKind; message: string; hint?: string; details?: unknown; cause?: unknown }) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'CampError';
    this.code = init.code;
    this.kind = init.kind;
    this.hint = init.hint;
    this.details = init.details;
  }

  toDocument(): ErrorDocument {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

type Extra = { hint?: string; details?: unknown; cause?: unknown };

/** The input is wrong: a flag, a file, a value. */
export function usageError(code: string, message: string, extra: Extra = {}): CampError {
  return new CampError({ code, kind: 'usage', message, ...extra });
}

/** Something named does not exist. */
export function notFound(code: string, message: string, extra: Extra = {}): CampError {
  return new CampError({ code, kind: 'notFound', message, ...extra });
}

/** The input was right and the work failed. */
export function failure(code: string, message: string, extra: Extra = {}): CampError {
  return new CampError({ code, kind: 'failed', message, ...extra });
}

/** The work would destroy or spend something; `--yes` or a dialog confirms it. */
export function needsConfirmation(code: string, message: string, extra: Extra = {}): CampError {
  return new CampError({ code, kind: 'confirmation', message, ...extra });
}

/** Turns anything thrown into the document that callers see. A bug keeps its message but not its stack. */
export function toErrorDocument(error: unknown): ErrorDocument {
  if (error instanceof CampError) return error.toDocument();
  if (isDiskFull(error)) {
    return { code: 'disk_full', message: 'No room is left on the disk.', hint: 'Free some space and try again; what was acknowledged is kept.' };
  }
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a bug in Training Camp. The log in .training/logs has the details.',
  };
}

/** As files and as SQLite say it. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'SQLITE_FULL');
}
