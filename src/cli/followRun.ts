import { createLogUpdate } from 'log-update';
import { duration } from '../common/figures.ts';
import type { RunSummary } from '../protocol/runs.ts';
import type { CommandContext } from './command.ts';
import { progressBar } from './progress.ts';
import { runLine, stateText } from './runFormat.ts';
import { sparkline } from './table.ts';

const plainEverySeconds = 2;
const curvePoints = 40;

/**
 * Shows a run until it ends or Ctrl-C stops the showing: live lines with the loss's curve on a terminal, plain lines in
 * a pipe, one JSON document per change with `--json`. Answers the run as last seen.
 */
export async function followRun(context: CommandContext, reference: string): Promise<RunSummary> {
  const { services, out, signal } = context;
  const show = out.isJson ? jsonView(context) : out.isTerminal ? liveView(context) : plainView(context);
  let last: RunSummary | null = null;
  try {
    for await (const run of services.runs.follow(reference, signal)) {
      last = run;
      show.update(run);
    }
  } finally {
    show.end(last);
  }
  return last ?? services.runs.find(reference);
}

interface View {
  update: (run: RunSummary) => void;
  end: (run: RunSummary | null) => void;
}

function jsonView({ out }: CommandContext): View {
  return { update: (run) => out.json({ run }), end: () => undefined };
}

/** A line for each change of state or phase, and for steps at most every two seconds. */
function plainView({ out }: CommandContext): View {
  let shownPhase = '';
  let shownAt = -Infinity;
  let shownLine = '';
  const write = (run: RunSummary) => {
    const line = runLine({ ...run, message: null });
    if (line === shownLine) return;
    shownLine = line;
    shownAt = performance.now();
    out.line(`${run.id}  ${line}`);
  };
  return {
    update: (run) => {
      const phase = `${run.state} ${run.phase ?? ''}`;
      if (phase === shownPhase && performance.now() - shownAt < plainEverySeconds * 1000) return;
      shownPhase = phase;
      write(run);
    },
    end: (run) => {
      if (run !== null) write(run);
    },
  };
}

function liveView({ services, out }: CommandContext): View {
  const draw = createLogUpdate(out.resultStream, { showCursor: true });
  const render = (run: RunSummary) => {
    const share = run.totalSteps === null || run.totalSteps === 0 ? 0 : run.step / run.totalSteps;
    const curve = sparkline(services.runs.lossCurve(run, curvePoints));
    draw(
      [
        `${out.color.bold(run.id)}  ${stateText(run.state, out)}  ${out.color.dim(`${run.model}, ${run.dataset}`)}`,
        `${progressBar(share, 30)} ${String(Math.round(share * 100)).padStart(3)} %  ${runLine({ ...run, message: null })}`,
        curve === '' ? '' : `loss ${out.color.cyan(curve)}  ${out.color.dim(duration(run.seconds))}`,
      ].join('\n'),
    );
  };
  return { update: render, end: () => draw.done() };
}
