import type { DatasetRow, Message } from '../../../protocol/datasets.ts';
import { plainContent } from './content.ts';
import type { Report } from './issues.ts';
import { echoesPrompt, isCutOff, isRefusal, judge, type AnswerLook } from './quality.ts';
import { reportSecrets, type RowSource } from './reportSecrets.ts';
import { mayHoldSecret } from './secrets.ts';
import { checkCharacters } from './textChecks.ts';
import { finish, TextScanner } from './textScanner.ts';

/**
 * What one pass over a row's text gives. The scanner owns the object and fills it again for the next row: copy what
 * you keep. Hashes are two unsigned 32-bit halves over the normalised text (lower case, NFKC, runs of white space
 * as one blank) of all turns, with roles, tool calls and labels; rows that differ only in tools, weights or beyond
 * the first million characters of a turn share a hash, so compare before you drop. `prompt…` covers what comes before
 * the first answer and decides the split; a row without a prompt has its own hash there.
 */
export interface RowScan {
  hashLow: number;
  hashHigh: number;
  promptLow: number;
  promptHigh: number;
  /** UTF-16 units of all text, for the token estimate. */
  characters: number;
  /** 0 to 10 in tenths. */
  quality: number;
  /** Bits, see `reasonsOf` in quality.ts. */
  reasons: number;
}

export interface RowScanner {
  /**
   * Reports secrets and invisible, control and wrongly decoded characters on the way; paths are those of the normal form.
   * `source` is what the row was read from, where that is a text: secrets are given the column that they have in it.
   */
  scan: (row: DatasetRow, report: Report, source?: string) => RowScan;
}

/** One scanner per thread; it keeps its tables between rows. */
export function makeRowScanner(): RowScanner {
  const scanner = new RowPass();
  return { scan: (row, report, source = '') => scanner.scan(row, report, source) };
}

class RowPass {
  readonly #text = new TextScanner();
  readonly #scan: RowScan = { hashLow: 0, hashHigh: 0, promptLow: 0, promptHigh: 0, characters: 0, quality: 10, reasons: 0 };
  readonly #look: AnswerLook = { isStructured: false, isCutOff: false, isRefusal: false, echoesPrompt: false, isDamaged: false };
  #report: Report = () => undefined;
  readonly #source: RowSource = { text: '', from: 0 };
  #hasPrompt = false;
  #isJudged = false;

  scan(row: DatasetRow, report: Report, source: string): RowScan {
    this.#text.begin();
    this.#report = report;
    this.#source.text = source;
    this.#source.from = 0;
    this.#scan.characters = 0;
    this.#scan.promptLow = 0;
    this.#scan.promptHigh = 0;
    this.#hasPrompt = false;
    this.#isJudged = false;
    const look = this.#look;
    look.isStructured = look.isCutOff = look.isRefusal = look.echoesPrompt = look.isDamaged = false;
    this.#read(row);
    return this.#finish();
  }

  #read(row: DatasetRow): void {
    switch (row.kind) {
      case 'chat':
        this.#turns(row.messages, '$.messages', true);
        break;
      case 'text':
        this.#one(row.text, '$.text', true);
        this.#look.isCutOff = isCutOff(row.text);
        break;
      case 'preference':
        this.#turns(row.messages, '$.messages', false);
        this.#endPrompt();
        this.#text.mark(1);
        this.#turns(row.chosen, '$.chosen', true);
        this.#text.mark(2);
        this.#turns(row.rejected, '$.rejected', false);
        break;
      case 'kto':
        this.#turns(row.messages, '$.messages', false);
        this.#endPrompt();
        this.#text.mark(row.label ? 3 : 4);
        // A bad answer is there to be bad: it is hashed, and judged no further.
        this.#turns(row.completion, '$.completion', row.label);
        break;
    }
  }

  /** With `isTrained`, assistant turns are judged unless their weight is 0. */
  #turns(messages: readonly Message[], path: string, isTrained: boolean): void {
    let asked: Message | undefined;
    for (let index = 0; index < messages.length; index += 1) {
      const message = messages[index];
      if (message === undefined) continue;
      const isAnswer = message.role === 'assistant';
      if (isAnswer && isTrained) this.#endPrompt();
      else if (message.role === 'user') this.#hasPrompt = true;
      this.#text.mark(roleMarks[message.role]);
      const content = message.content ?? '';
      const isTrainedAnswer = isAnswer && isTrained && message.weight !== 0;
      if (typeof content === 'string') {
        if (content !== '') this.#one(content, path, isTrainedAnswer, index);
        if (isTrainedAnswer && content !== '') this.#lookAt(content, asked);
      } else {
        this.#one(plainContent(content), path, isTrainedAnswer, index);
        this.#text.hash(JSON.stringify(content));
      }
      if (message.reasoning_content !== undefined) this.#one(message.reasoning_content, path, isTrainedAnswer, index, 'reasoning_content');
      if (message.tool_calls !== undefined) this.#one(JSON.stringify(message.tool_calls.map((call) => call.function)), path, false, index, 'tool_calls');
      if (message.role === 'user') asked = message;
    }
  }

  #one(text: string, path: string, isTrained: boolean, index = -1, key = 'content'): void {
    this.#scan.characters += text.length;
    if (isTrained) {
      this.#isJudged = true;
      this.#text.scan(text);
    } else {
      this.#text.hash(text);
    }
    const { isUnusual } = this.#text;
    const isSuspect = mayHoldSecret(text, this.#text);
    if (!isUnusual && !isSuspect) return;
    const place = index < 0 ? path : `${path}[${String(index)}].${key}`;
    if (isSuspect) reportSecrets(text, place, this.#source, this.#report);
    const isDamaged = isUnusual && checkCharacters(text, place, this.#report);
    if (isDamaged && isTrained) this.#look.isDamaged = true;
  }

  #lookAt(answer: string, asked: Message | undefined): void {
    const look = this.#look;
    const first = answer.charCodeAt(0);
    const last = answer.charCodeAt(answer.length - 1);
    look.isStructured = (first === 123 && last === 125) || (first === 91 && last === 93);
    look.isCutOff = isCutOff(answer);
    if (isRefusal(answer)) look.isRefusal = true;
    if (echoesPrompt(answer, asked)) look.echoesPrompt = true;
  }

  /** Keeps the hash of what came before the first answer. */
  #endPrompt(): void {
    if (!this.#hasPrompt || this.#scan.promptLow !== 0 || this.#scan.promptHigh !== 0) return;
    const { hashLow, hashHigh } = this.#text;
    this.#scan.promptLow = finish(hashLow, hashHigh);
    this.#scan.promptHigh = finish(hashHigh, hashLow);
  }

  #finish(): RowScan {
    const scan = this.#scan;
    const { hashLow, hashHigh, counts } = this.#text;
    scan.hashLow = finish(hashLow, hashHigh);
    scan.hashHigh = finish(hashHigh, hashLow);
    if (scan.promptLow === 0 && scan.promptHigh === 0) {
      scan.promptLow = scan.hashLow;
      scan.promptHigh = scan.hashHigh;
    }
    scan.quality = 10;
    scan.reasons = 0;
    if (this.#isJudged) {
      const { quality, reasons } = judge(counts, this.#look);
      scan.quality = quality;
      scan.reasons = reasons;
    }
    return scan;
  }
}

const roleMarks: Record<Message['role'], number> = { system: 11, developer: 12, user: 13, assistant: 14, tool: 15 };
