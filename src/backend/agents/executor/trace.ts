import type { TraceEntry, Usage } from '../../../protocol/agentDefinitions.ts';

export interface TraceInit {
  /** Milliseconds that only rise. */
  nowMs: () => number;
  longest: number;
  /** Told when something begins and again when it has ended. */
  onTrace: (entry: TraceEntry, index: number) => void;
}

/** What happened during an execution, in the order in which it began. */
export class Trace {
  readonly entries: TraceEntry[] = [];
  readonly #init: TraceInit;
  readonly #startedMs: number;

  constructor(init: TraceInit) {
    this.#init = init;
    this.#startedMs = init.nowMs();
  }

  get seconds(): number {
    return (this.#init.nowMs() - this.#startedMs) / 1000;
  }

  begin(entry: Pick<TraceEntry, 'kind' | 'name' | 'parent' | 'input'>): number {
    const index = this.entries.length;
    const input = this.#cut(entry.input);
    this.entries.push({ ...entry, input: input.text, output: '', isCut: input.isCut, error: null, startedSeconds: this.seconds, seconds: 0, usage: null });
    this.#tell(index);
    return index;
  }

  end(index: number, { output, error = null, usage = null }: { output: string; error?: string | null; usage?: Usage | null }): void {
    const entry = this.entries[index];
    if (entry === undefined) throw new Error('an entry ends that never began');
    const cut = this.#cut(output);
    this.entries[index] = { ...entry, output: cut.text, isCut: entry.isCut || cut.isCut, error, usage, seconds: this.seconds - entry.startedSeconds };
    this.#tell(index);
  }

  #tell(index: number): void {
    const entry = this.entries[index];
    if (entry !== undefined) this.#init.onTrace(entry, index);
  }

  #cut(text: string): { text: string; isCut: boolean } {
    return text.length <= this.#init.longest ? { text, isCut: false } : { text: wholeCharacters(text, this.#init.longest), isCut: true };
  }
}

/** The beginning of a text. Half of a character pair would not be text. */
export function wholeCharacters(text: string, longest: number): string {
  return text.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
}
