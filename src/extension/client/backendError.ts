import type { ErrorDocument } from '../../protocol/errors.ts';

/** An error that the backend answered: its own words, for a person. */
export class BackendError extends Error {
  readonly document: ErrorDocument;

  constructor(document: ErrorDocument) {
    super(document.message);
    this.name = 'BackendError';
    this.document = document;
  }
}
