import pc from 'picocolors';

export interface OutputInit {
  isJson: boolean;
  isQuiet: boolean;
  hasColor: boolean;
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
}

/**
 * The only way to the terminal. With `--json` stdout carries the result and nothing else, so `line` is silent and
 * progress goes to stderr. Text from datasets, models and logs goes through `plain` first: no escape reaches a terminal.
 */
export class Output {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** A person watches stdout. */
  readonly isTerminal: boolean;
  /** A person watches stderr, where progress goes, also with `--json`. */
  readonly isLive: boolean;
  readonly color: ReturnType<typeof pc.createColors>;
  readonly #init: OutputInit;

  constructor(init: OutputInit) {
    this.#init = init;
    this.isJson = init.isJson;
    this.isQuiet = init.isQuiet;
    this.isTerminal = init.stdout.isTTY === true && !init.isJson;
    this.isLive = init.stderr.isTTY === true && !init.isQuiet;
    this.color = pc.createColors(init.hasColor);
  }

  /** The same terminal for work within a command: with `--json` its results are remarks, on stderr. */
  forRemarks(): Output {
    return this.isJson ? new Output({ ...this.#init, isJson: false, hasColor: false, stdout: this.#init.stderr }) : this;
  }

  /** A line of a human-readable result. */
  line(text = ''): void {
    if (!this.isJson) this.#init.stdout.write(`${text}\n`);
  }

  /** Raw text of a human-readable result, for streaming. */
  write(text: string): void {
    if (!this.isJson) this.#init.stdout.write(text);
  }

  /** Progress and remarks: never part of a result. */
  note(text: string): void {
    if (!this.isQuiet) this.#init.stderr.write(`${text}\n`);
  }

  /** Where live progress is drawn. */
  get progressStream(): OutputInit['stderr'] {
    return this.#init.stderr;
  }

  /** Where results go, for what is drawn over and over. */
  get resultStream(): OutputInit['stdout'] {
    return this.#init.stdout;
  }

  warn(text: string): void {
    this.#init.stderr.write(`${this.color.yellow('warning')} ${text}\n`);
  }

  /** One JSON document per line: the result, or one item of a command that follows something. */
  json(value: unknown): void {
    if (this.isJson) this.#init.stdout.write(`${stringify(value)}\n`);
  }

  error(text: string): void {
    this.#init.stderr.write(`${this.color.red('error')} ${text}\n`);
  }

  hint(text: string): void {
    this.#init.stderr.write(`${this.color.dim('hint:')} ${text}\n`);
  }
}

/** JSON with numbers that are not finite as null (cli.md), lone surrogates escaped by JSON.stringify itself. */
export function stringify(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? null : item));
}

/** What a library prints with console.log while `work` runs: it has no other way to answer. */
export function captureLog(work: () => void): string {
  const { log } = console;
  const lines: string[] = [];
  console.log = (...parts: unknown[]) => lines.push(parts.map(String).join(' '));
  try {
    work();
  } finally {
    console.log = log;
  }
  return lines.join('\n');
}
