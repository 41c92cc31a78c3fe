import { execa } from 'execa';
import { z } from 'zod';
import { failure, type CampError } from '../../protocol/errors.ts';
import { identify, signalGroup } from './process.ts';

/** What a one-shot command of the trainer needs: its Python and the folder with the package `training_camp`. */
export interface TrainerCommand<T> {
  python: string;
  trainerFolder: string;
  command: 'evaluate' | 'inspect' | 'probe' | 'import-gguf' | 'import-embedding' | 'export-gguf';
  /** Becomes a line of JSON on the command's standard input. */
  request: unknown;
  /** What the result line must hold. */
  result: z.ZodType<T>;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  onProgress?: (progress: TrainerProgress) => void;
}

const progressSchema = z.looseObject({
  kind: z.literal('progress'),
  phase: z.string(),
  done: z.number().optional(),
  total: z.number().optional(),
  fraction: z.number().nullish(),
});
export type TrainerProgress = z.infer<typeof progressSchema>;

const lineSchema = z.discriminatedUnion('kind', [
  progressSchema,
  z.looseObject({ kind: z.literal('result') }),
  z.looseObject({ kind: z.literal('error'), code: z.string(), message: z.string(), hint: z.string().nullish() }),
]);
type Line = z.infer<typeof lineSchema>;

const tailLines = 40;

/**
 * Runs a one-shot command, which ends with this process, and answers its result. An error line becomes a CampError with its code and hint; a command
 * that ends without an answer becomes `trainer_failed` with the end of its standard error; an abort ends it and throws.
 */
export async function runTrainerCommand<T>(init: TrainerCommand<T>): Promise<T> {
  init.signal?.throwIfAborted();
  const child = execa(init.python, ['-m', 'training_camp', init.command, '--follow-parent'], {
    env: trainerEnvironment(init.env, init.trainerFolder),
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
    buffer: false,
    windowsHide: true,
  });
  // Left open: its end, which comes even when this process is killed, ends the command.
  child.stdin.write(`${JSON.stringify(init.request)}\n`);
  const tail: string[] = [];
  const stop = () => { endWithChildren(child); };
  init.signal?.addEventListener('abort', stop, { once: true });
  try {
    const [answer] = await Promise.all([readAnswer(child.iterable({ from: 'stdout' }), init), keepTail(child.iterable({ from: 'stderr' }), tail)]);
    const ended = await child;
    init.signal?.throwIfAborted();
    if (answer === undefined) throw ended.code === 'ENOENT' ? pythonMissing(init.python) : noAnswer(init.command, ended, tail);
    if (answer.kind === 'error') throw failure(answer.code, answer.message, { ...(typeof answer.hint === 'string' ? { hint: answer.hint } : {}), details: { log: tail.join('\n') } });
    return parseResult(init, answer, tail);
  } finally {
    init.signal?.removeEventListener('abort', stop);
  }
}

/** An environment in which Python sees its own packages and ours, and no library goes to the network. */
export function trainerEnvironment(env: NodeJS.ProcessEnv, trainerFolder: string): NodeJS.ProcessEnv {
  const foreign = ['PYTHONHOME', 'PYTHONSTARTUP', 'PYTHONINSPECT', 'VIRTUAL_ENV', '__PYVENV_LAUNCHER__'];
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.includes(name))),
    PYTHONPATH: trainerFolder,
    PYTHONNOUSERSITE: '1',
    PYTHONUTF8: '1',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    HF_HUB_OFFLINE: '1',
    TRANSFORMERS_OFFLINE: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    TOKENIZERS_PARALLELISM: 'true',
  };
}

/** The last result or error line; what is neither ours nor JSON is a library's own words and is passed over. */
async function readAnswer(lines: AsyncIterable<unknown>, init: Pick<TrainerCommand<unknown>, 'onProgress'>): Promise<Exclude<Line, TrainerProgress> | undefined> {
  let answer: Exclude<Line, TrainerProgress> | undefined;
  for await (const text of lines) {
    const line = parseLine(String(text));
    if (line === undefined) continue;
    if (line.kind === 'progress') init.onProgress?.(line);
    else answer = line;
  }
  return answer;
}

function parseLine(text: string): Line | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: a warning that something printed.
    return undefined;
  }
}

async function keepTail(lines: AsyncIterable<unknown>, tail: string[]): Promise<void> {
  for await (const line of lines) {
    tail.push(String(line));
    if (tail.length > tailLines) tail.shift();
  }
}

function parseResult<T>(init: TrainerCommand<T>, answer: Line, tail: string[]): T {
  const parsed = init.result.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw failure('trainer_answer', `The trainer’s ${init.command} gave an answer that this version does not understand.`, {
    hint: 'Run: training setup',
    details: { problem: z.prettifyError(parsed.error), log: tail.join('\n') },
  });
}

function endWithChildren(child: { pid?: number | undefined; kill: (signal: 'SIGTERM') => boolean }): void {
  const identity = process.platform === 'win32' && child.pid !== undefined ? identify(child.pid) : undefined;
  // On Windows a virtual environment's python.exe starts the real one as its child.
  if (identity !== undefined) signalGroup(identity, 'SIGKILL');
  else child.kill('SIGTERM');
}

function pythonMissing(python: string): CampError {
  return failure('python_missing', `The trainer’s Python is not at ${python}.`, { hint: 'Run: training setup' });
}

function noAnswer(command: string, ended: { exitCode?: number | undefined; signal?: string | undefined; shortMessage?: string | undefined }, tail: string[]): CampError {
  const how = ended.signal === undefined ? `status ${String(ended.exitCode ?? 'unknown')}` : `signal ${ended.signal}`;
  return failure('trainer_failed', `The trainer’s ${command} ended with ${how} and no answer.`, {
    hint: 'Run: training doctor',
    details: { log: tail.length > 0 ? tail.join('\n') : (ended.shortMessage ?? '') },
  });
}
