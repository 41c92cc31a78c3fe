import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportSession } from '../../../src/backend/camp/exports/exportSession.ts';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import { exportOptionsSchema } from '../../../src/protocol/sessionExport.ts';
import { baitSession } from '../../support/camp/baitSession.ts';
import { hostileTexts } from '../../support/hostileTexts.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);
/** Everything that could end a literal, a comment or a line, in one prompt. */
const hostilePrompt = ['""" + __import__("os").system("touch hit") + """', "'''\\", '${process.exit(3)}`', '*/ // # -->', '\u2028\u2029\u202e\ud800 end', ...hostileTexts.filter((_, index) => index % 25 === 0)].join('\n');
const expected = hostilePrompt.toWellFormed();

let folder: string;
let server: ModelServer;
const python = ['python3', 'python'].find((name) => works(name, ['-c', 'import ast']));
const hasOpenAi = python !== undefined && works(python, ['-c', 'import openai']);

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-code-')));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  server = await startModelServer({ apiKey: 'sk-test', models: ['gpt-test'], rules: [{ when: { user: 'nothing' }, reply: { text: ' ' } }, { reply: { text: 'You said: {{user}}' } }] });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function document(): SessionDocument {
  const session = baitSession();
  const [agent] = session.lineages[1]!.agents.slice(-1);
  Object.assign(agent!.definition, { name: '"""\n*/ Evil’s name', systemPrompt: hostilePrompt, parameters: { temperature: 0.25, maxTokens: 77, seed: 5, stop: ['"', '\\'] } });
  return session;
}

function code(kind: 'python' | 'typescript', session = document()) {
  return exportSession(session, exportOptionsSchema.parse({ kind, lineage: 'B' }));
}

const env = () => ({ ...process.env, OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url, AGENT_MODEL: 'gpt-test' });
const lastChat = () => server.chats().at(-1);

describe('an agent as TypeScript', () => {
  it('passes the strictest checks, runs, and says what the agent says', async () => {
    const { text, fileName } = code('typescript');
    expect(fileName).toBe('evil-s-name.ts');
    const file = path.join(folder, fileName);
    writeFileSync(file, text ?? '');
    expect(problemsOf(file)).toEqual([]);
    const { stdout } = await run(process.execPath, [file, 'hello'], { env: env() });
    expect(stdout).toBe('You said: hello\n');
    expect(lastChat()).toMatchObject({ messages: [{ role: 'system', content: expected }, { role: 'user', content: 'hello' }], temperature: 0.25, top_p: 1, max_completion_tokens: 77, seed: 5, stop: ['"', '\\'] });
    await expect(run(process.execPath, [file, 'nothing'], { env: env() })).rejects.toThrow(/The model answered nothing/);
  });
});

describe('an agent as Python', () => {
  it.skipIf(python === undefined)('compiles', () => {
    const file = path.join(folder, 'agent.py');
    writeFileSync(file, code('python').text ?? '');
    const system = execFileSync(python ?? '', ['-c', 'import ast, sys\ntree = ast.parse(open(sys.argv[1], encoding="utf-8").read())\nsys.stdout.buffer.write(next(n.value.value for n in tree.body if isinstance(n, ast.Assign) and n.targets[0].id == "SYSTEM").encode())', file]).toString();
    expect(system).toBe(expected);
  });

  it.skipIf(!hasOpenAi)('runs where the package openai is there', async () => {
    const file = path.join(folder, 'agent.py');
    writeFileSync(file, code('python').text ?? '');
    const { stdout } = await run(python ?? '', [file, 'hello'], { env: env() });
    expect(stdout.trim()).toBe('You said: hello');
    expect(lastChat()).toMatchObject({ messages: [{ content: expected }, { content: 'hello' }], max_completion_tokens: 77, stop: ['"', '\\'] });
  });
});

describe('an agent with tools', () => {
  const withTools = () => {
    const session = document();
    session.lineages[1]!.agents.at(-1)!.definition.tools = ['calculator', { name: 'files/read' }];
    return session;
  };

  it('tells the model of them as TypeScript, and hears what they say', async () => {
    server.use(
      { when: { toolResult: 'Error: calculator is not there' }, reply: { text: 'I can’t calculate.' } },
      { when: { user: 'calculate' }, reply: { toolCalls: [{ name: 'calculator', arguments: { expression: '1+1' } }] } },
    );
    const { text, message } = code('typescript', withTools());
    expect(message).toContain('calculator, files__read');
    const file = path.join(folder, 'tools.ts');
    writeFileSync(file, text ?? '');
    expect(problemsOf(file)).toEqual([]);
    const { stdout } = await run(process.execPath, [file, 'calculate'], { env: env() });
    expect(stdout).toBe('I can’t calculate.\n');
    expect(lastChat()?.tools?.map((tool) => tool.function.name)).toEqual(['calculator', 'files__read']);
    if (python === undefined || !hasOpenAi) return;
    const program = path.join(folder, 'tools.py');
    writeFileSync(program, code('python', withTools()).text ?? '');
    expect((await run(python, [program, 'calculate'], { env: env() })).stdout.trim()).toBe('I can’t calculate.');
  });

  it.skipIf(python === undefined)('compiles as Python', () => {
    writeFileSync(path.join(folder, 'tools.py'), code('python', withTools()).text ?? '');
    execFileSync(python ?? '', ['-c', 'import ast, sys; ast.parse(open(sys.argv[1], encoding="utf-8").read())', path.join(folder, 'tools.py')]);
  });
});

it('refuses agents that a program of its own would not be', () => {
  const session = document();
  session.lineages[1]!.agents.at(-1)!.definition.flow = [{ id: 'a', type: 'merge' }];
  expect(() => code('python', session)).toThrow(expect.objectContaining({ code: 'agent_not_portable' }));
  expect(() => exportSession(session, exportOptionsSchema.parse({ kind: 'python' }))).toThrow(expect.objectContaining({ code: 'lineage_missing' }));
  expect(() => exportSession(session, exportOptionsSchema.parse({ kind: 'python', lineage: 'B', version: 9 }))).toThrow(expect.objectContaining({ code: 'agent_not_found' }));
});

function problemsOf(file: string): string[] {
  const program = ts.createProgram([file], { strict: true, noEmit: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, skipLibCheck: true, types: ['node'], typeRoots: [path.join(root, 'node_modules', '@types')] });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function works(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
