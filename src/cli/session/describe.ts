import { plainText } from '../../common/plainText.ts';
import { describeMissing } from '../../backend/camp/transitions.ts';
import type { LineageState, SessionState } from '../../protocol/sessionResults.ts';
import type { SessionWorker } from '../../protocol/sessionWork.ts';
import type { Output } from '../output.ts';
import { printPairs } from '../runFormat.ts';
import { renderTable } from '../table.ts';

const shownAnswer = 400;

/** Where a session stands: its lineages with scores, and what it waits for, or who works on it. */
export function printState(state: SessionState, out: Output, worker: SessionWorker | null = null): void {
  const { session, cycle, file } = state;
  out.line(`${out.color.bold(plainText(session.name))}  ${session.id}  ${session.mode}, ${cycle === 0 ? session.stage : `cycle ${String(cycle)}`}`);
  printPairs(out, [
    ['model', modelsOf(state)],
    ['inputs', inputsOf(state)],
    ['file', file],
  ]);
  if (state.lineages.length > 0) out.line(`\n${lineageTable(state, out)}`);
  else if (state.strategies.length > 0) printStrategies(state, out);
  for (const lineage of state.lineages) printProblems(lineage, out);
  if (worker === null) printNext(state, out);
  else printWorker(worker, session.id, out);
}

/** What the agents of a session answered; each cut to `longest` characters. */
export function printAnswers(state: SessionState, out: Output, longest = Number.POSITIVE_INFINITY): void {
  for (const input of state.inputs) {
    out.line(`\n${out.color.bold(`input ${String(input.number)}`)}${input.split === 'heldOut' ? out.color.dim(' held out') : ''}  ${cut(input.text)}`);
    for (const { lineage, version, score, comment, content } of state.artifacts.filter((artifact) => artifact.input === input.number)) {
      const scored = score === null ? out.color.dim('no score') : `score ${String(score)}`;
      out.line(`\n${out.color.cyan(lineage)} v${String(version)}  ${scored}${comment === '' ? '' : `  ${out.color.dim(cut(comment))}`}`);
      out.line(plainText(content.slice(0, longest), { keepNewlines: true }) + (content.length > longest ? out.color.dim(` … ${String(content.length)} characters: training session show`) : ''));
    }
  }
}

export function printStrategies({ strategies }: SessionState, out: Output): void {
  out.line();
  for (const { label, tag, approach } of strategies) {
    out.line(`${out.color.cyan(label)}  ${out.color.bold(plainText(tag))}`);
    out.line(`   ${plainText(approach)}`);
  }
}

function modelsOf({ session }: SessionState): string {
  const { model, trainerModel, judgeModel } = session;
  return `${model}${trainerModel === model ? '' : `, trainer ${trainerModel}`}${judgeModel === null ? '' : `, judge ${judgeModel}`}`;
}

function inputsOf({ inputs }: SessionState): string {
  const heldOut = inputs.filter(({ split }) => split === 'heldOut').length;
  return `${String(inputs.length - heldOut)}${heldOut === 0 ? '' : ` and ${String(heldOut)} held out`}`;
}

function lineageTable(state: SessionState, out: Output): string {
  const rows = state.lineages.map((lineage) => [
    lineage.label, lineage.strategyTag, lineage.version === 0 ? 'none' : `v${String(lineage.version)}`, String(lineage.cycle),
    scoresOf(state, lineage), lineage.isLocked ? 'locked' : '', lineage.directives.sticky ?? '', lineage.directives.oneShot ?? '',
  ]);
  const columns = [
    { title: '' }, { title: 'strategy', maxWidth: 28 }, { title: 'agent' }, { title: 'cycle', align: 'right' as const }, { title: 'scores' }, { title: '' },
    { title: 'sticky directive', maxWidth: 24 }, { title: 'one-shot directive', maxWidth: 24 },
  ];
  return renderTable(out, columns, rows);
}

function scoresOf({ artifacts }: SessionState, { label }: LineageState): string {
  return artifacts.filter(({ lineage }) => lineage === label).map(({ score }) => (score === null ? '–' : String(score))).join(' ');
}

function printProblems({ label, problem, failed }: LineageState, out: Output): void {
  if (problem !== null) out.line(`${out.color.red(label)}  ${plainText(problem.message)}${problem.hint === undefined ? '' : `\n   ${out.color.dim(plainText(problem.hint))}`}`);
  for (const { input, error } of failed) out.line(`${out.color.red(label)}  input ${String(input)}: ${plainText(error.message)}${error.hint === undefined ? '' : `\n   ${out.color.dim(plainText(error.hint))}`}`);
}

function printWorker({ pid, since }: SessionWorker, session: string, out: Output): void {
  out.line(`\n${out.color.yellow('work is under way')} in process ${String(pid)} since ${since}`);
  out.note(`training session cancel ${session}`);
}

function printNext({ session, strategies, lineages, missing }: SessionState, out: Output): void {
  const { id } = session;
  if (lineages.length === 0 && session.mode === 'training') {
    out.note(strategies.length === 0 ? `training session propose ${id}` : `training session confirm ${id}`);
    return;
  }
  const [first] = missing;
  if (first === undefined) {
    if (session.mode === 'training') out.note(`training session regenerate ${id}`);
    return;
  }
  out.line(`\nbefore the next cycle: ${missing.slice(0, 6).map(describeMissing).join(', ')}${missing.length > 6 ? ', …' : ''}`);
  out.note(first.reason === 'notScored' ? `training session score ${id} --lineage ${first.lineage} --score 7` : `training session retry ${id} --lineage ${first.lineage}`);
}

function cut(text: string): string {
  const shown = plainText(text);
  return shown.length > shownAnswer ? `${shown.slice(0, shownAnswer)}…` : shown;
}
