import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { trainerFolder } from '../../src/backend/platform/installation.ts';
import { identify, isAlive, type ProcessIdentity } from '../../src/backend/platform/process.ts';
import { runTrainerCommand, type TrainerCommand, type TrainerProgress } from '../../src/backend/platform/trainerCommand.ts';
import { CampError } from '../../src/protocol/errors.ts';
import { until } from '../support/until.ts';

// A package of the trainer's name whose commands end in each way that a process can end.
const packageSource = `
import json, os, signal, sys, time
request = json.loads(sys.stdin.readline())
mode = request["mode"]
def line(value): print(json.dumps(value), flush=True)
if mode == "result":
    print("a library says hello")
    line({"kind": "progress", "phase": "work", "done": 1, "total": 2, "fraction": 0.5})
    line({"kind": "result", "echo": request["value"], "home": os.environ.get("PYTHONHOME"), "offline": os.environ["HF_HUB_OFFLINE"]})
elif mode == "error":
    print("the reason", file=sys.stderr)
    line({"kind": "error", "code": "model_pickled", "message": "It holds pickles.", "hint": "Use safetensors."})
    sys.exit(1)
elif mode == "crash":
    print("\\n".join(f"line {n}" for n in range(100)), file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGTERM) if os.name != "nt" else os._exit(3)
elif mode == "strange":
    line({"kind": "result", "echo": 3})
elif mode == "wait":
    line({"kind": "progress", "phase": "waiting"})
    time.sleep(600)
`;

const pythonName = process.platform === 'win32' ? 'python' : 'python3';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'camp-command-'));
  mkdirSync(path.join(folder, 'training_camp'));
  writeFileSync(path.join(folder, 'training_camp', '__init__.py'), '');
  writeFileSync(path.join(folder, 'training_camp', '__main__.py'), packageSource);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const resultSchema = z.looseObject({ echo: z.string(), home: z.string().nullable(), offline: z.string() });

async function run(request: unknown, more: Partial<TrainerCommand<z.infer<typeof resultSchema>>> = {}): Promise<z.infer<typeof resultSchema>> {
  return await runTrainerCommand({ python: pythonName, trainerFolder: folder, command: 'probe', request, result: resultSchema, env: { ...process.env, PYTHONHOME: undefined }, ...more });
}

async function failureOf(work: Promise<unknown>): Promise<CampError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CampError)) throw new Error(`not a CampError: ${String(error)}`);
  return error;
}

test('the result line is answered, progress is told, other words are passed over', async () => {
  const seen: TrainerProgress[] = [];
  const result = await run({ mode: 'result', value: 'grüße 🦉' }, { onProgress: (progress) => seen.push(progress) });
  expect(result).toMatchObject({ echo: 'grüße 🦉', offline: '1' });
  expect(seen).toMatchObject([{ phase: 'work', done: 1, total: 2, fraction: 0.5 }]);
});

test('a Python home of the caller does not reach the trainer', async () => {
  const result = await run({ mode: 'result', value: '' }, { env: { ...process.env, PYTHONHOME: '/nowhere', VIRTUAL_ENV: '/elsewhere' } });
  expect(result.home).toBeNull();
});

test('an error line keeps its code and hint, and the log comes along', async () => {
  const error = await failureOf(run({ mode: 'error' }));
  expect(error).toMatchObject({ code: 'model_pickled', message: 'It holds pickles.', hint: 'Use safetensors.', details: { log: 'the reason' } });
});

test('a command that ends without an answer keeps the end of its log', async () => {
  const error = await failureOf(run({ mode: 'crash' }));
  expect(error.code).toBe('trainer_failed');
  expect(error.details).toMatchObject({ log: Array.from({ length: 40 }, (_, n) => `line ${String(n + 60)}`).join('\n') });
});

test('an answer of another shape is an error, not a crash', async () => {
  expect((await failureOf(run({ mode: 'strange' }))).code).toBe('trainer_answer');
});

test('a Python that is not there says what to do', async () => {
  const error = await failureOf(run({ mode: 'result' }, { python: path.join(folder, 'no-python') }));
  expect(error).toMatchObject({ code: 'python_missing', hint: 'Run: training setup' });
});

test('an abort ends the process and is thrown as such', async () => {
  const abort = new AbortController();
  const waiting = run({ mode: 'wait' }, { signal: abort.signal, onProgress: () => { abort.abort(); } });
  await expect(waiting).rejects.toHaveProperty('name', 'AbortError');
});

// The real frame of a command, around work that never ends.
const endlessSource = `
import sys, time
import training_camp
training_camp.__path__.append(sys.argv[0].rsplit("training_camp", 1)[0] + "real")
from training_camp import oneshot
def work(request, emit):
    emit({"kind": "progress", "phase": "waiting"})
    while True: time.sleep(0.05)
sys.exit(oneshot.run_request(oneshot.read_request(follows_parent="--follow-parent" in sys.argv), work))
`;
const callerSource = `
const { runTrainerCommand } = await import(process.env.COMMAND_MODULE);
const { z } = await import('zod');
await runTrainerCommand({ python: process.env.PYTHON, trainerFolder: process.env.TRAINER, command: 'probe', request: {}, result: z.looseObject({}),
  env: process.env, onProgress: (progress) => console.log(progress.phase) });
`;

test.skipIf(process.platform === 'win32')('a command ends when the process that waits for it is killed', async () => {
  writeFileSync(path.join(folder, 'training_camp', '__main__.py'), endlessSource);
  cpSync(path.join(trainerFolder(), 'training_camp'), path.join(folder, 'real'), { recursive: true });
  const root = new URL('../../', import.meta.url);
  const caller = spawn(process.execPath, ['--input-type=module', '-e', callerSource], {
    cwd: root,
    env: { ...process.env, COMMAND_MODULE: new URL('src/backend/platform/trainerCommand.ts', root).href, PYTHON: pythonName, TRAINER: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  caller.stdout.on('data', (data: Buffer) => (output += data.toString()));
  await until('the command works', () => output.includes('waiting'));
  const [child] = identifiedChildren(caller.pid);
  expect(child).toBeDefined();
  caller.kill('SIGKILL');
  await until('the command is gone', () => child === undefined || isAlive(child) === false);
});

function identifiedChildren(pid: number | undefined): ProcessIdentity[] {
  const parents = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return parents.flatMap(([own, parent]) => (own !== undefined && parent === pid ? (identify(own) ?? []) : []));
}
