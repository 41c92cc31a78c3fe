import type { Series } from './series.ts';

/** A run's series for export; a name may come from outside. */
export interface NamedSeries {
  run: string;
  series: readonly Series[];
}

/** What is drawn as CSV (RFC 4180): a line per bucket and metric. A text that a spreadsheet would compute is made inert. */
export function toCsv(runs: readonly NamedSeries[]): string {
  const lines = ['run,metric,step,time,min,max,mean'];
  for (const { run, series } of runs) {
    for (const { key, count, step, time, min, max, mean } of series) {
      for (let index = 0; index < count; index += 1) {
        const at = new Date((time[index] ?? 0) * 1000).toISOString();
        lines.push([cell(run), cell(key), number(step[index]), at, number(min[index]), number(max[index]), number(mean[index])].join(','));
      }
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

function cell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function number(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '' : String(value);
}
