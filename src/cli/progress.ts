import { createLogUpdate } from 'log-update';
import { plainText } from '../common/plainText.ts';
import type { Output } from './output.ts';

/** Progress of one long piece of work. `share` runs from 0 to 1; without it a spinner turns. */
export interface Progress {
  update: (text: string, share?: number) => void;
  /** Leaves one line behind that says how it ended. */
  done: (text?: string) => void;
  fail: (text?: string) => void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const redrawMs = 100;
const barWidth = 24;

/** A live line on a terminal; in a pipe one line per new text, so that a log stays readable. Goes to stderr. */
export function startProgress(out: Output, title: string): Progress {
  return out.isLive ? liveProgress(out, title) : plainProgress(out, title);
}

function liveProgress(out: Output, title: string): Progress {
  const draw = createLogUpdate(out.progressStream, { showCursor: true });
  const start = performance.now();
  let frame = 0;
  let text = '';
  let share: number | undefined;
  const render = () => {
    frame = (frame + 1) % frames.length;
    const bar = share === undefined ? '' : ` ${progressBar(share, barWidth)} ${String(Math.round(share * 100)).padStart(3)} %`;
    draw(`${out.color.cyan(frames[frame] ?? '')} ${title}${bar} ${out.color.dim(plainText(text))}`);
  };
  const timer = setInterval(render, redrawMs);
  timer.unref();
  render();
  const end = (mark: string, last: string | undefined) => {
    clearInterval(timer);
    draw(`${mark} ${title}${last === undefined ? '' : ` ${out.color.dim(plainText(last))}`} ${out.color.dim(seconds(start))}`);
    draw.done();
  };
  return {
    update: (next, nextShare) => {
      text = next;
      share = nextShare;
    },
    done: (last) => end(out.color.green('✔'), last),
    fail: (last) => end(out.color.red('✖'), last),
  };
}

function plainProgress(out: Output, title: string): Progress {
  const start = performance.now();
  let shown = '';
  out.note(`${title} …`);
  return {
    update: (text) => {
      if (text === shown || text === '') return;
      shown = text;
      out.note(`  ${plainText(text)}`);
    },
    done: (last) => out.note(`${title}: ${last === undefined ? 'done' : plainText(last)} ${seconds(start)}`),
    fail: (last) => out.note(`${title}: ${last === undefined ? 'failed' : plainText(last)} ${seconds(start)}`),
  };
}

/** A bar of `width` cells for a share from 0 to 1. */
export function progressBar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

function seconds(start: number): string {
  return `(${((performance.now() - start) / 1000).toFixed(1)} s)`;
}
