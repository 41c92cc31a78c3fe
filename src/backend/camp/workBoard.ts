import type { LineageLabel } from '../../protocol/camp.ts';
import { toErrorDocument } from '../../protocol/errors.ts';
import type { SessionId } from '../../protocol/ids.ts';
import type { SessionWork, WorkKind } from '../../protocol/sessionWork.ts';
import type { CampProgress, WorkOptions } from './progress.ts';

/** Of a text that is being written the end is kept, in characters; what is stored has all of it. */
const keptText = 100_000;

interface Writing {
  lineage: LineageLabel;
  /** The input's number. */
  input: number;
  text: string;
  /** How many executions its place had when the writing began: one more, and what was written is stored. */
  storedBefore: number;
}

interface Running {
  kind: WorkKind;
  since: string;
  message: string;
  share: number | null;
  reply: string;
  writings: Map<string, Writing>;
}

/** How many executions a lineage has on an input, whose number is given. */
export type CountStored = (lineage: LineageLabel, input: number) => number;

/** What this process does on sessions, so that a panel that was hidden, closed or reloaded finds it again. */
export class WorkBoard {
  readonly #running = new Map<SessionId, Running>();
  readonly #ended = new Map<SessionId, NonNullable<SessionWork['ended']>>();
  #endedCount = 0;

  /** Does work and remembers how far it is. Only for a session on which this process works alone. */
  async during<Result>(session: SessionId, start: { kind: WorkKind; since: string; countStored: CountStored }, options: WorkOptions, work: (options: WorkOptions) => Promise<Result>): Promise<Result> {
    const running: Running = { kind: start.kind, since: start.since, message: '', share: null, reply: '', writings: new Map() };
    this.#running.set(session, running);
    this.#ended.delete(session);
    let problem: unknown = null;
    try {
      return await work({
        signal: options.signal,
        onProgress: (progress) => {
          note(running, progress, start.countStored);
          options.onProgress(progress);
        },
      });
    } catch (error) {
      problem = error;
      throw error;
    } finally {
      this.#running.delete(session);
      this.#endedCount += 1;
      this.#ended.set(session, { id: this.#endedCount, kind: start.kind, problem: problem === null || options.signal.aborted ? null : describe(problem), suggested: [] });
    }
  }

  /** Keeps what was suggested until other work begins: whoever asked may have gone away meanwhile. */
  keepSuggested(session: SessionId, suggested: NonNullable<SessionWork['ended']>['suggested']): void {
    const ended = this.#ended.get(session);
    if (ended !== undefined) this.#ended.set(session, { ...ended, suggested });
  }

  /** Texts are those of the asked input alone. */
  read(session: SessionId, input: number | null, countStored: CountStored): SessionWork {
    const running = this.#running.get(session);
    if (running === undefined) return { work: null, ended: this.#ended.get(session) ?? null };
    const { kind, since, message, share, reply, writings } = running;
    const texts = [...writings.values()]
      .filter((one) => one.input === input && countStored(one.lineage, one.input) <= one.storedBefore)
      .map(({ lineage, text }) => ({ lineage, text }));
    return { work: { kind, since, message, share, reply, texts }, ended: null };
  }
}

function note(running: Running, { message, share, piece, reply }: CampProgress, countStored: CountStored): void {
  if (reply !== undefined) running.reply = reply;
  if (message !== '') {
    running.message = message;
    running.share = share;
  }
  if (piece === null) return;
  const { lineage, input, text, isFirst } = piece;
  const key = `${lineage} ${String(input)}`;
  const known = isFirst ? undefined : running.writings.get(key);
  if (known === undefined) running.writings.set(key, { lineage, input, text, storedBefore: countStored(lineage, input) });
  else known.text = (known.text + text).slice(-keptText);
}

function describe(error: unknown): NonNullable<SessionWork['ended']>['problem'] {
  const { code, message, hint } = toErrorDocument(error);
  return code === 'work_cancelled' ? null : { code, message, ...(hint === undefined ? {} : { hint }) };
}
