import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { homeAt, workspaceAt, type Home, type Workspace } from '../../../src/backend/platform/workspace.ts';
import { changeProviders } from '../../../src/backend/providers/providersFile.ts';
import { openStore, type Store } from '../../../src/backend/store/db.ts';
import { sessionDocumentSchema, type LineageLabel, type SessionDocument } from '../../../src/protocol/camp.ts';
import { providersFileSchema } from '../../../src/protocol/providers.ts';
import { sessionStateSchema, sessionWorkResultSchema, type SessionState, type SessionWorkResult } from '../../../src/protocol/sessionResults.ts';
import { errorDocumentSchema } from '../errorDocument.ts';
import { startModelServerProcess, type ModelServerProcess } from '../modelServer/modelServerProcess.ts';

const entry = path.resolve(import.meta.dirname, '..', '..', '..', 'dist', 'cli.mjs');

/** Sessions led through the real command line, with a scripted provider in a process of its own. */
export class CampCli {
  readonly workspace: Workspace;
  readonly home: Home;
  readonly server: ModelServerProcess;
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(root: string, server: ModelServerProcess) {
    this.#root = root;
    this.workspace = workspaceAt(path.join(root, 'workspace'));
    this.home = homeAt(path.join(root, 'home'));
    this.server = server;
    this.#env = { ...process.env, TRAINING_CAMP_HOME: this.home.root, TRAINING_CAMP_RETRY_BASE_MS: '10', NO_COLOR: '1' };
  }

  /** `script` is a module beside this one that says what the provider answers. */
  static async start(script = 'campScript.ts'): Promise<CampCli> {
    const server = await startModelServerProcess(path.join(import.meta.dirname, script));
    const camp = new CampCli(mkdtempSync(path.join(tmpdir(), 'camp-cli-')), server);
    mkdirSync(camp.workspace.codeAgents, { recursive: true });
    const prices = { scripted: { inputUsd: 1, outputUsd: 2, date: '2026-01-01', source: 'test' } };
    await changeProviders(camp.home, () => providersFileSchema.parse({ version: 1, defaultModel: 'scripted:scripted', providers: [{ name: 'scripted', url: server.url, model: 'scripted', prices }] }));
    return camp;
  }

  /** Starts a command, to be killed. */
  spawn(args: string[]): ChildProcess {
    return spawn(process.execPath, [entry, ...args, '--json'], { cwd: this.workspace.root, env: this.#env, stdio: ['ignore', 'ignore', 'ignore'] });
  }

  async run(args: string[]): Promise<{ code: number | null; json: unknown; stderr: string }> {
    const { code, stdout, stderr } = await this.#run([...args, '--json']);
    return { code, json: stdout === '' ? null : z.unknown().parse(JSON.parse(stdout)), stderr };
  }

  /** What a command prints for a person. */
  async printed(args: string[]): Promise<string> {
    const { stdout, stderr } = await this.#run(args);
    return stdout + stderr;
  }

  async #run(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, [entry, ...args], { cwd: this.workspace.root, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    const code = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, stdout, stderr };
  }

  /** A command that must exit with this code, and its document. */
  async expect(code: number, args: string[]): Promise<unknown> {
    const result = await this.run(args);
    if (result.code !== code) throw new Error(`training ${args.join(' ')} exited with ${String(result.code)}: ${JSON.stringify(result.json)}${result.stderr}`);
    return result.json;
  }

  /** A command that must fail, and the code of its error. */
  async refused(exitCode: number, args: string[]): Promise<{ code: string; message: string }> {
    return errorDocumentSchema.parse(await this.expect(exitCode, args)).error;
  }

  async state(args: string[]): Promise<SessionState> {
    return sessionStateSchema.parse(await this.expect(0, ['session', ...args]));
  }

  async work(args: string[], code = 0): Promise<SessionWorkResult> {
    return sessionWorkResultSchema.parse(await this.expect(code, ['session', ...args]));
  }

  /** The session's file, as anybody could read it. */
  async document(session: string): Promise<SessionDocument> {
    const { document } = z.object({ document: sessionDocumentSchema }).parse(await this.expect(0, ['session', 'show', session, '--document']));
    return document;
  }

  async score(session: string, scores: Partial<Record<LineageLabel, number>>, input?: number): Promise<void> {
    for (const [lineage, score] of Object.entries(scores)) {
      await this.state(['score', session, '--lineage', lineage, '--score', String(score), ...(input === undefined ? [] : ['--input', String(input)])]);
    }
  }

  /** Chats that the server was asked, probes of what the model can do left out. */
  async chats(): Promise<{ name: string; isWhole: boolean }[]> {
    const requests = await this.server.requests();
    return requests.flatMap(({ path: at, body, status, isAbandoned }) => {
      const chat = chatSchema.safeParse(body);
      if (at !== '/chat/completions' || !chat.success || !chat.data.messages.some(({ role }) => role === 'system')) return [];
      return [{ name: chat.data.response_format?.json_schema?.name ?? 'answer', isWhole: status === 200 && !isAbandoned }];
    });
  }

  openStore(): Store {
    return openStore(this.workspace.database);
  }

  async dispose(): Promise<void> {
    await this.server.close();
    rmSync(this.#root, { recursive: true, force: true });
  }
}

const chatSchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string() })),
  response_format: z.looseObject({ json_schema: z.looseObject({ name: z.string() }).optional() }).optional(),
});
