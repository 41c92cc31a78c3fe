import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/backend/agents/executor/tools/pattern.ts';
import { portablePattern } from '../../../src/backend/camp/exports/code/portablePattern.ts';
import { exportSession } from '../../../src/backend/camp/exports/exportSession.ts';
import { findHome } from '../../../src/backend/platform/workspace.ts';
import { venvPaths } from '../../../src/backend/setup/pythonPaths.ts';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import { exportOptionsSchema } from '../../../src/protocol/sessionExport.ts';
import { baitSession } from '../../support/camp/baitSession.ts';
import { execute } from '../../support/camp/execute.ts';
import { noTools } from '../../support/camp/noTools.ts';
import { hostileTexts } from '../../support/hostileTexts.ts';
import { modelOf } from '../../support/modelServer/client.ts';
import { openaiPackages } from '../../support/openaiPython/openaiPython.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);
/** Everything that could end a literal, a comment or a line, in one prompt. */
const hostilePrompt = ['""" + __import__("os").system("touch hit") + """', "'''\\", '${process.exit(3)}`', '*/ // # -->', '\u2028\u2029\u202e\ud800 end', ...hostileTexts.filter((_, index) => index % 25 === 0)].join('\n');
const expected = hostilePrompt.toWellFormed();

let folder: string;
let server: ModelServer;
const python = ['python3', 'python'].find((name) => works(name, ['-c', 'import ast']));
/** The trainer's Python with the client that `npm test` installs for it, or one of this machine that has the package. */
const openAiPython = [
  { command: venvPaths(findHome(process.env, process.platform), process.platform).python, env: { PYTHONPATH: openaiPackages } },
  ...(python === undefined ? [] : [{ command: python, env: {} }]),
].find(({ command, env: more }) => works(command, ['-c', 'import openai'], more));

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

  it.skipIf(openAiPython === undefined)('runs where the package openai is there', async () => {
    const file = path.join(folder, 'agent.py');
    writeFileSync(file, code('python').text ?? '');
    const { stdout } = await runPython(file, 'hello');
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
    if (openAiPython === undefined) return;
    const program = path.join(folder, 'tools.py');
    writeFileSync(program, code('python', withTools()).text ?? '');
    expect((await runPython(program, 'calculate')).stdout.trim()).toBe('I can’t calculate.');
  });

  it.skipIf(python === undefined)('compiles as Python', () => {
    writeFileSync(path.join(folder, 'tools.py'), code('python', withTools()).text ?? '');
    execFileSync(python ?? '', ['-c', 'import ast, sys; ast.parse(open(sys.argv[1], encoding="utf-8").read())', path.join(folder, 'tools.py')]);
  });
});

describe('an agent with a flow', () => {
  const evil = '"""\n\'\'\' \\ ${process.exit(3)} `*/ #\u2028';
  /** Every kind of step, judged in every way, with texts that would like to end their literal. */
  const flow = (hasTool: boolean) => [
    { id: 'draft', type: 'prompt', prompt: `Draft ${evil}: {{input}}`, parameters: { maxTokens: 9 } },
    { id: 'round', type: 'loop', maxRounds: 3, start: '{{steps.draft}}', until: { equals: ' done ' }, steps: [
      { id: 'way', type: 'branch', value: '{{steps.round}}', cases: [
        { when: { isEmpty: true }, steps: [{ id: 'none', type: 'merge', parts: ['none'] }] },
        { when: { contains: 'ONE' }, steps: [{ id: 'two', type: 'prompt', system: evil, prompt: 'Next: {{inputs.told}} {{input}}', inputs: { told: '<{{steps.round}}>' } }] },
        { when: { matches: '(?i)^TWO\\b.$' }, steps: [{ id: 'three', type: 'merge', parts: ['done'] }] },
      ], otherwise: [{ id: 'lost', type: 'merge', parts: ['lost {{steps.round}}'] }] },
    ] },
    ...(hasTool ? [{ id: 'sum', type: 'tool', tool: 'add "it" */', arguments: { list: ['{{input}}', 1] } }] : []),
    ...(hasTool ? [] : [{ id: 'all', type: 'merge', as: 'json', inputs: { z: '{{steps.draft}} é', a: evil, b: '{{steps.round}}' } }]),
  ];
  const withFlow = (hasTool = false) => {
    const session = document();
    Object.assign(session.lineages[1]!.agents.at(-1)!.definition, { memory: { fact: '<b>" é' }, flow: flow(hasTool), systemPrompt: `Be kind. ${evil}` });
    return session;
  };
  const rules = [
    { when: { user: 'Draft' }, reply: { text: 'One, I say.' } },
    { when: { user: 'Next' }, reply: { text: 'two!' } },
  ];

  it('goes the way that the executor goes, and asks the model the same', async () => {
    server.use(...rules);
    const session = withFlow();
    const { definition } = session.lineages[1]!.agents.at(-1)!;
    const model = modelOf(server.url, { key: 'sk-test', model: 'gpt-test' });
    const since = async (work: () => Promise<string>) => {
      const before = server.chats().length;
      const said = await work();
      return { said, asked: server.chats().slice(before).map(({ messages }) => messages) };
    };
    const programs = ['flow.ts', ...(openAiPython === undefined ? [] : ['flow.py'])];
    for (const file of programs) writeFileSync(path.join(folder, file), code(file.endsWith('.ts') ? 'typescript' : 'python', session).text ?? '');
    expect(problemsOf(path.join(folder, 'flow.ts'))).toEqual([]);
    for (const input of ['hello “é”', 'One, I say.']) {
      const own = await since(async () => (await execute({ definition, input, model, tools: noTools }, { signal: new AbortController().signal, onText: () => undefined, onTrace: () => undefined })).text);
      expect(own.asked).toHaveLength(2);
      for (const file of programs) {
        const program = path.join(folder, file);
        const theirs = await since(async () => (await (file.endsWith('.ts') ? run(process.execPath, [program, input], { env: env() }) : runPython(program, input))).stdout);
        expect(theirs.said.trimEnd()).toBe(own.said);
        expect(theirs.asked).toEqual(own.asked);
      }
    }
  });

  it('has a function for each tool that a step calls, which says that it is to be filled in', async () => {
    server.use(...rules);
    const { text, message } = code('typescript', withFlow(true));
    expect(message).toContain('Fill in what its tools do: tool_add_it.');
    const file = path.join(folder, 'tool-flow.ts');
    writeFileSync(file, text ?? '');
    await expect(run(process.execPath, [file, 'hello'], { env: env() })).rejects.toThrow(/Fill in what tool_add_it does/);
    writeFileSync(file, (text ?? '').replace(/(function tool_add_it\(_input: unknown\): Promise<string> \{\n).*/, '$1  return JSON.stringify(_input);'));
    expect((await run(process.execPath, [file, 'hello'], { env: env() })).stdout).toBe('{"list":["hello",1]}\n');
  });

  it.skipIf(python === undefined)('compiles as Python', () => {
    const file = path.join(folder, 'tool-flow.py');
    writeFileSync(file, code('python', withFlow(true)).text ?? '');
    execFileSync(python ?? '', ['-c', 'import ast, sys; ast.parse(open(sys.argv[1], encoding="utf-8").read())', file]);
  });
});

describe('patterns of a flow in other languages', () => {
  const texts = ['', 'abc', 'ABC\n', 'a.b', 'line one\nline two', 'x=12, y=3', 'é b', 'a\u2028b', 'tab\tend', '{1}', 'ab]-c', 'price: $5'];
  const patterns = ['^abc$', '(?i)abc$', 'a.b', '(?s)one.line', '(?m)^line two$', '\\d{2,}', '\\bb\\b', '[^\\w\\s]', '[]a-c-]+$', '\\{1}', '\\x{24}\\d', '(?P<n>x)=(?:\\d+)', '\\Aa|\\z', '\\S+\\s\\S+', '[\\]\\-]', '\\.'];

  it('find there what they find here', () => {
    const portable = patterns.map((pattern) => portablePattern(pattern));
    const found = patterns.map((pattern) => texts.map((text) => compilePattern(pattern, '').matcher(text).find()));
    expect(portable.map((one) => one !== null && texts.map((text) => new RegExp(one.source, one.ignoresCase ? 'iu' : 'u').test(text)))).toEqual(found);
    if (python === undefined) return;
    const said = execFileSync(python, ['-c', 'import json, re, sys\nps, ts = json.loads(sys.argv[1])\nprint(json.dumps([[re.search(p["source"], t, re.I if p["ignoresCase"] else 0) is not None for t in ts] for p in ps]))', JSON.stringify([portable, texts])]).toString();
    expect(JSON.parse(said)).toEqual(found);
  });

  it.each(['\\pL', '[[:alpha:]]', '(?i:a)', 'a(?i)b', '\\Qa\\E', '[\\D]'])('that can’t be said there are refused: %s', (matches) => {
    const session = document();
    session.lineages[1]!.agents.at(-1)!.definition.flow = [{ id: 'a', type: 'branch', cases: [{ when: { matches }, steps: [{ id: 'b', type: 'merge' }] }] }];
    expect(() => code('python', session)).toThrow(expect.objectContaining({ code: 'agent_not_portable' }));
  });
});

it('refuses agents that are not there', () => {
  const session = document();
  expect(() => exportSession(session, exportOptionsSchema.parse({ kind: 'python' }))).toThrow(expect.objectContaining({ code: 'lineage_missing' }));
  expect(() => exportSession(session, exportOptionsSchema.parse({ kind: 'python', lineage: 'B', version: 9 }))).toThrow(expect.objectContaining({ code: 'agent_not_found' }));
});

function problemsOf(file: string): string[] {
  const program = ts.createProgram([file], { strict: true, noEmit: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, skipLibCheck: true, types: ['node'], typeRoots: [path.join(root, 'node_modules', '@types')] });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

async function runPython(program: string, input: string): Promise<{ stdout: string }> {
  const { command = '', env: more = {} } = openAiPython ?? {};
  return await run(command, [program, input], { env: { ...env(), ...more, PYTHONIOENCODING: 'utf-8' } });
}

function works(command: string, args: string[], more: NodeJS.ProcessEnv = {}): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', env: { ...process.env, ...more } });
    return true;
  } catch {
    return false;
  }
}
