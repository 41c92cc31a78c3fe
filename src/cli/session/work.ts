import { plainText } from '../../common/plainText.ts';
import type { CampProgress, WorkOptions } from '../../backend/camp/progress.ts';
import type { LineageOutcome, SessionWorkResult } from '../../protocol/sessionResults.ts';
import type { CommandContext } from '../command.ts';
import type { Output } from '../output.ts';
import { startProgress } from '../progress.ts';
import { printAnswers, printState } from './describe.ts';

/** How much of the end of a growing answer the live line shows. */
const shownTail = 50;
const shownAnswer = 600;

/** Does work on a session with its progress on the terminal: what is done, and the answers as they grow. */
export async function withProgress<Result>({ out, signal }: Pick<CommandContext, 'out' | 'signal'>, title: string, run: (options: WorkOptions) => Promise<Result>): Promise<Result> {
  const progress = startProgress(out, title);
  const growing = new Map<string, string>();
  const onProgress = ({ message, share, piece, reply }: CampProgress) => {
    if (piece !== null && out.isLive) {
      const key = `${piece.lineage} on input ${String(piece.input)}`;
      const text = ((piece.isFirst ? '' : growing.get(key) ?? '') + piece.text).slice(-4 * shownTail);
      growing.set(key, text);
      progress.update(`${key}: ${plainText(text).slice(-shownTail)}`);
    }
    if (reply !== undefined && out.isLive) progress.update(plainText(reply).slice(-shownTail));
    if (message !== '') progress.update(message, share ?? undefined);
  };
  try {
    const result = await run({ signal, onProgress });
    progress.done();
    return result;
  } catch (error) {
    progress.fail();
    throw error;
  }
}

/** How the work on each lineage went, and where the session stands now. */
export function printWork(result: SessionWorkResult, out: Output): void {
  printAnswers(result, out, shownAnswer);
  out.line();
  for (const outcome of result.outcomes) out.line(describeOutcome(outcome, out));
  out.line();
  printState(result, out);
}

function describeOutcome({ lineage, outcome, cycle, version, problem }: LineageOutcome, out: Output): string {
  switch (outcome) {
    case 'advanced':
      return `${out.color.green(lineage)}  v${String(version)}, cycle ${String(cycle)}`;
    case 'retried':
      return `${out.color.green(lineage)}  tried again in cycle ${String(cycle)}`;
    case 'failed':
      return `${out.color.red(lineage)}  stays at cycle ${String(cycle)}: ${plainText(problem?.message ?? 'it failed')}`;
  }
}

/** 1 where a lineage failed: a script should notice. */
export function exitCodeOf(result: SessionWorkResult): number {
  return result.outcomes.some(({ outcome }) => outcome === 'failed') || result.lineages.some(({ failed }) => failed.length > 0) ? 1 : 0;
}
