// The failed tests by name, told once more at the end of a run: who sees only the tail of a long output still learns
// which they were.

/** One failed test. `file` is empty where the suite does not say it. */
export interface Failure {
  file: string;
  test: string;
  /** As the suite told it; its first line is shown. */
  error: string;
}

const longestError = 300;
/** Test runners colour what they say. */
const colours = /\u001B\[[\d;]*m/g;

/** One line: suite, file, test, and what it said first. */
export function failureLine(suite: string, { file, test, error }: Failure): string {
  const [first = ''] = error.replaceAll(colours, '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const place = [suite, ...(file === '' ? [] : [file]), test].join(' › ');
  return first === '' ? place : `${place}: ${first.slice(0, longestError)}`;
}
