import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { workspaceAt, type Home, type Workspace } from '../../src/backend/platform/workspace.ts';
import { readLease } from '../../src/backend/store/leases.ts';
import { openStore, type Store } from '../../src/backend/store/db.ts';
import { processingJobs, queuedJobs } from '../../src/backend/store/jobs.ts';
import { latestAttempt } from '../../src/backend/store/attempts.ts';
import { jsonSchema } from '../../src/protocol/json.ts';
import { makeTestHome, tinyModel } from './home.ts';
import { processesWith } from './processes.ts';
import { until } from './until.ts';

const entry = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli.mjs');
const startedSchema = z.looseObject({ runId: z.string(), jobId: z.string() });
const runSchema = z.looseObject({ run: z.looseObject({ state: z.string(), phase: z.string().nullable(), step: z.int(), message: z.string().nullable() }) });

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
  json: unknown;
}

/**
 * A workspace with a small dataset, worked on through the real command line, worker and trainer. `dispose` fails when a
 * process is left.
 */
export class Camp {
  readonly home: Home;
  readonly workspace: Workspace;
  readonly env: NodeJS.ProcessEnv;
  readonly #launcher: readonly string[];
  #store: Store | undefined;

  private constructor(home: Home, root: string, env: Record<string, string>, launcher: readonly string[]) {
    this.home = home;
    this.#launcher = launcher;
    this.workspace = workspaceAt(root);
    this.env = { ...process.env, TRAINING_CAMP_HOME: home.root, TRAINING_CAMP_WORKER_IDLE_MS: '1500', TRAINING_CAMP_RETRY_BASE_MS: '50', ...env };
  }

  /** `launcher` is put before every command. */
  static async make(options: { env?: Record<string, string>; root?: string; home?: Home; launcher?: readonly string[] } = {}): Promise<Camp> {
    const home = options.home ?? (await makeTestHome());
    const root = options.root ?? mkdtempSync(path.join(tmpdir(), 'camp-workspace-'));
    const camp = new Camp(home, root, options.env ?? {}, options.launcher ?? []);
    mkdirSync(camp.workspace.codeAgents, { recursive: true });
    writeFileSync(path.join(root, 'rows.jsonl'), rows(120));
    await camp.ok(['prepare', 'rows.jsonl', '--name', 'sums']);
    return camp;
  }

  /** The database, as another process would read it. */
  get store(): Store {
    this.#store ??= openStore(this.workspace.database);
    return this.#store;
  }

  /** Runs a command with --json. */
  async cli(args: string[]): Promise<CliResult> {
    const [command, ...before] = [...this.#launcher, process.execPath];
    const child = spawn(command, [...before, entry, ...args, '--json'], { cwd: this.workspace.root, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const code = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, stdout, stderr, json: parse(stdout) };
  }

  /** The same for a command that must succeed. */
  async ok(args: string[]): Promise<unknown> {
    const result = await this.cli(args);
    if (result.code !== 0) throw new Error(`training ${args.join(' ')} exited with ${String(result.code)}: ${result.stdout}${result.stderr}`);
    return result.json;
  }

  /** Queues a run of the tiny model. */
  async start(steps: number, extra: string[] = []): Promise<{ runId: string; jobId: string }> {
    const args = ['start', '--dataset', 'sums', '--model', tinyModel, '--max-steps', String(steps), '--epochs', '500'];
    const settings = ['tokensPerStep=256', 'threads=1', 'telemetrySeconds=0', 'checkpoints.everySteps=20', 'validateEverySteps=1000000', 'device=cpu'];
    return startedSchema.parse(await this.ok([...args, ...settings.flatMap((setting) => ['--set', setting]), ...extra]));
  }

  async run(runId: string): Promise<{ state: string; phase: string | null; step: number; message: string | null }> {
    return runSchema.parse(await this.ok(['status', runId])).run;
  }

  workerPid(): number | null {
    const lease = readLease(this.store, 'worker');
    return lease?.holder?.pid ?? null;
  }

  trainerPid(runId: string): number | null {
    const attempt = latestAttempt(this.store, runId);
    return attempt !== null && attempt.ended === null ? (attempt.process?.pid ?? null) : null;
  }

  /** Queued and processing jobs. */
  openJobs(): number {
    return queuedJobs(this.store).length + processingJobs(this.store).length;
  }

  /** Points of a metric in the store, of all attempts, superseded ones too. */
  storedPoints(runId: string, key: string): number {
    const sql = 'SELECT coalesce(sum(c.points), 0) AS n FROM metric_chunks c JOIN metric_series s ON s.id = c.series_id WHERE s.run_id = ? AND s.key = ?';
    return this.store.db.prepare<[string, string], { n: number }>(sql).get(runId, key)?.n ?? 0;
  }

  /** Processes that belong to this workspace. */
  processes(): { pid: number; command: string }[] {
    return [...processesWith(this.workspace.root), ...processesWith(`--home ${this.home.root}`)];
  }

  workers(): number[] {
    return [...new Set(this.processes().filter(({ command }) => command.includes('worker.mjs')).map(({ pid }) => pid))];
  }

  log(): string {
    const file = path.join(this.workspace.logs, 'worker.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Waits until the worker has ended by itself; a process that stays is ended and fails the test. */
  async dispose(): Promise<void> {
    this.#store?.close();
    try {
      await until('every process of the workspace has ended', () => this.processes().length === 0, 30_000);
    } catch (error) {
      const left = this.processes();
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      throw new Error(`left behind: ${left.map(({ pid, command }) => `${pid} ${command}`).join('; ')}`, { cause: error });
    } finally {
      for (const folder of [this.workspace.root, this.home.root]) rmSync(folder, { recursive: true, force: true });
    }
  }
}

function rows(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const messages = [
      { role: 'user', content: `What is ${index} plus ${index * 3}?` },
      { role: 'assistant', content: `It is ${index * 4}.` },
    ];
    return JSON.stringify({ messages });
  });
  return `${lines.join('\n')}\n`;
}

function parse(stdout: string): unknown {
  const parsed = jsonSchema.safeParse(safeJson(stdout));
  return parsed.success ? parsed.data : undefined;
}

function safeJson(textOfJson: string): unknown {
  try {
    return JSON.parse(textOfJson);
  } catch {
    // Several documents, or none: the caller looks at stdout.
    return undefined;
  }
}
