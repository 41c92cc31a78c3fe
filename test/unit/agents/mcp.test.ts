import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeExecute } from '../../../src/backend/agents/executor/executor.ts';
import { makeMcp, type McpService } from '../../../src/backend/agents/executor/tools/mcp/mcpService.ts';
import { makeToolBox } from '../../../src/backend/agents/executor/tools/toolBox.ts';
import { systemClock } from '../../../src/backend/platform/clock.ts';
import { homeAt, workspaceAt } from '../../../src/backend/platform/workspace.ts';
import { agentDefinitionSchema } from '../../../src/protocol/agentDefinitions.ts';
import { modelOf } from '../../support/modelServer/client.ts';
import { startModelServer } from '../../support/modelServer/modelServer.ts';
import { processesWith } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

const everything = path.resolve(import.meta.dirname, '..', '..', '..', 'node_modules', '@modelcontextprotocol', 'server-everything', 'dist', 'index.js');
const signal = new AbortController().signal;

let root: string;
let home: string;
let mcp: McpService;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'mcp-workspace-')));
  home = mkdtempSync(path.join(tmpdir(), 'mcp-home-'));
  mkdirSync(path.join(root, 'CodeAgents'));
  mcp = makeMcp({ workspace: workspaceAt(root), home: homeAt(home), env: { ...process.env, MY_SECRET: 'not for servers' }, clock: systemClock });
});

afterEach(async () => {
  await until('no server is left', () => processesWith(root).length === 0, 10_000);
  for (const folder of [root, home]) rmSync(folder, { recursive: true });
});

/** The folder's name among the arguments lets the test find the processes of its own. */
const stdio = (more: Record<string, unknown> = {}) => ({ command: process.execPath, args: [everything, 'stdio', root], ...more });
const configure = (servers: Record<string, unknown>, folder = path.join(root, 'CodeAgents')) => writeFileSync(path.join(folder, 'mcp.json'), JSON.stringify({ mcpServers: servers }));
const script = (code: string) => {
  writeFileSync(path.join(root, 'server.mjs'), code);
  return { command: process.execPath, args: [path.join(root, 'server.mjs')] };
};

describe('a server of the workspace', () => {
  it('is not started until a person approves it, nor once it has changed', async () => {
    configure({ everything: stdio() });
    expect(mcp.list()).toMatchObject([{ name: 'everything', source: 'workspace', state: 'unapproved' }]);
    await expect(mcp.test('everything', signal)).rejects.toMatchObject({ code: 'mcp_unapproved' });
    expect(() => mcp.approve('everything', false)).toThrow(expect.objectContaining({ code: 'mcp_approval', kind: 'confirmation', message: expect.stringContaining(everything) }));
    expect(mcp.approve('everything', true)).toMatchObject({ state: 'approved' });
    configure({ everything: stdio({ env: { NODE_OPTIONS: '--require ./evil.js' } }) });
    expect(mcp.list()).toMatchObject([{ state: 'changed' }]);
    await expect(mcp.test('everything', signal)).rejects.toMatchObject({ code: 'mcp_unapproved' });
    expect(mcp.approve('everything', true)).toMatchObject({ state: 'approved', does: expect.stringContaining('NODE_OPTIONS') });
    expect(mcp.remove('everything')).toMatchObject({ state: 'unapproved' });
    expect(processesWith(root)).toEqual([]);
  });

  it('is approved for its workspace alone', () => {
    configure({ everything: stdio() });
    mcp.approve('everything', true);
    const copy = realpathSync(mkdtempSync(path.join(tmpdir(), 'mcp-copy-')));
    try {
      mkdirSync(path.join(copy, 'CodeAgents'));
      configure({ everything: stdio() }, path.join(copy, 'CodeAgents'));
      expect(makeMcp({ workspace: workspaceAt(copy), home: homeAt(home), env: {}, clock: systemClock }).list()).toMatchObject([{ state: 'unapproved' }]);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('does not take the place of one of the home folder', () => {
    configure({ tools: { command: 'evil' } });
    configure({ tools: { command: 'mine' } }, home);
    expect(mcp.list().map(({ source, state }) => [source, state])).toEqual([['home', 'user'], ['workspace', 'shadowed']]);
    expect(mcp.approve('tools', true)).toMatchObject({ does: 'starts mine' });
  });

  it('is refused with the key that is wrong', () => {
    configure({ bad: { command: 'x', shell: true } });
    expect(() => mcp.list()).toThrow(expect.objectContaining({ code: 'mcp_config_invalid' }));
    configure({ '../x': { command: 'x' } });
    expect(() => mcp.list()).toThrow(expect.objectContaining({ code: 'mcp_config_invalid' }));
  });
});

describe('what new agents are offered', () => {
  const offered = async () => {
    const tools = makeToolBox({ root, clock: systemClock, servers: mcp.open() });
    const problems: string[] = [];
    try {
      return { tools: await tools.offered({ signal, onProblem: (problem) => void problems.push(problem) }), problems };
    } finally {
      await tools.dispose();
    }
  };

  it('are the tools that are built in, and those of servers that a person trusts', async () => {
    configure({ everything: stdio() });
    const before = (await offered()).tools.map(({ name }) => name);
    expect(before).toContain('calculator');
    expect(before.filter((name) => name.includes('/'))).toEqual([]);
    expect(processesWith(root)).toEqual([]);
    mcp.approve('everything', true);
    expect((await offered()).tools.find(({ name }) => name === 'everything/echo')?.description).toMatch(/echo/i);
  });

  it('are the others where one server does not answer, which is told', async () => {
    configure({ broken: script('process.exit(3)'), everything: stdio() }, home);
    const { tools, problems } = await offered();
    expect(tools.map(({ name }) => name)).toContain('everything/echo');
    expect(problems).toEqual([expect.stringContaining('The tools of the MCP server broken are not offered')]);
  });
});

describe('the public server of examples', () => {
  it('gives its tools to an agent by server/tool, and ends with the tools', async () => {
    configure({ everything: stdio() }, home);
    const tested = await mcp.test('everything', signal);
    expect(tested.tools.map(({ name }) => name)).toContain('everything/echo');
    const tools = makeToolBox({ root, clock: systemClock, servers: mcp.open() });
    const server = await startModelServer({ rules: [
      { when: { toolResult: 'Echo: hello' }, reply: { text: 'It said hello.' } },
      { when: { user: 'say hello' }, reply: { toolCalls: [{ name: 'everything__echo', arguments: { message: 'hello' } }] } },
      { reply: (request) => (request.body.tools?.[0] === undefined ? { text: 'ok' } : { toolCalls: [{ name: request.body.tools[0].function.name, arguments: {} }] }) },
    ] });
    try {
      const executed = await makeExecute({ clock: systemClock })(
        { definition: agentDefinitionSchema.parse({ name: 'Echo', systemPrompt: '', tools: ['everything/echo'] }), input: 'say hello', model: modelOf(server.url), tools },
        { signal, onText: () => undefined, onTrace: () => undefined },
      );
      expect(executed.text).toBe('It said hello.');
      expect(executed.trace.find(({ kind }) => kind === 'tool')).toMatchObject({ name: 'everything/echo', output: 'Echo: hello' });
      await expect(tools.open(['everything/teleport'], signal)).rejects.toMatchObject({ code: 'tool_not_found' });
      await expect(tools.open(['nowhere/echo'], signal)).rejects.toMatchObject({ code: 'mcp_server_not_found' });
      expect(processesWith(root)).toHaveLength(1);
    } finally {
      await tools.dispose();
      await server.close();
    }
  });

  it('sees no variable that was not named, and is started again after it died', async () => {
    configure({ everything: stdio({ env: { GIVEN: 'yes' } }) }, home);
    const servers = mcp.open();
    try {
      const tool = await servers.open('everything', 'get-env', signal);
      const seen = await tool.call({}, signal);
      expect(seen).toContain('GIVEN');
      expect(seen).not.toContain('MY_SECRET');
      for (const { pid } of processesWith(root)) process.kill(pid, 'SIGKILL');
      await until('it is gone', () => processesWith(root).length === 0, 5000);
      await expect(until('it answers again', async () => (await tool.call({}, signal).catch(() => '')).includes('GIVEN'), 10_000)).resolves.not.toThrow();
    } finally {
      await servers.dispose();
    }
  });

  it('stops a call that is cancelled', async () => {
    configure({ everything: stdio() }, home);
    const servers = mcp.open();
    try {
      const tool = await servers.open('everything', 'trigger-long-running-operation', signal);
      const cancel = new AbortController();
      const called = tool.call({ duration: 60, steps: 60 }, cancel.signal);
      cancel.abort(new Error('enough'));
      await expect(called).rejects.toThrow(/enough/);
    } finally {
      await servers.dispose();
    }
  });

  it('is there for one who waits though the one who began is cancelled', async () => {
    configure({ everything: stdio() }, home);
    const servers = mcp.open();
    try {
      const cancel = new AbortController();
      const first = servers.open('everything', 'echo', cancel.signal);
      const second = servers.open('everything', 'echo', signal);
      cancel.abort(new Error('enough'));
      await expect(first).rejects.toThrow(/enough/);
      await expect((await second).call({ message: 'here' }, signal)).resolves.toBe('Echo: here');
    } finally {
      await servers.dispose();
    }
  });

  it('answers over HTTP on this machine', async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [everything, 'streamableHttp', root], { env: { ...process.env, PORT: String(port) }, stdio: 'ignore' });
    try {
      configure({ remote: { url: `http://127.0.0.1:${String(port)}/mcp` } }, home);
      await until('it listens', async () => (await mcp.test('remote', signal).catch(() => null)) !== null, 20_000);
      const servers = mcp.open();
      const tool = await servers.open('remote', 'echo', signal);
      await expect(tool.call({ message: 'over HTTP' }, signal)).resolves.toBe('Echo: over HTTP');
      await servers.dispose();
    } finally {
      await ended(child);
    }
  });
});

describe('a server that misbehaves', () => {
  it('is told of with what it said', async () => {
    configure({ broken: script('console.error("no licence"); process.exit(3)') }, home);
    await expect(mcp.test('broken', signal)).rejects.toMatchObject({ code: 'mcp_connect_failed', message: expect.stringContaining('no licence') });
    configure({ missing: { command: path.join(root, 'not-there') } }, home);
    await expect(mcp.test('missing', signal)).rejects.toMatchObject({ code: 'mcp_connect_failed' });
  });

  it('ends with all its children, though none of them listens', async () => {
    configure({ deaf: script(`
      import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => {});
      spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)', ${JSON.stringify(root)}], { stdio: 'ignore' });
      setInterval(() => {}, 1000);
    `) }, home);
    const cancel = new AbortController();
    const tested = mcp.test('deaf', cancel.signal);
    await until('both run', () => processesWith(root).length >= 2, 10_000);
    cancel.abort(new Error('enough'));
    await expect(tested).rejects.toThrow(/enough/);
  });

  it('is not called over http elsewhere, nor without its token', async () => {
    configure({ far: { url: 'http://example.org/mcp' }, token: { url: 'https://example.org/mcp', bearerTokenEnv: 'NO_SUCH_TOKEN' } }, home);
    await expect(mcp.test('far', signal)).rejects.toMatchObject({ code: 'mcp_insecure' });
    await expect(mcp.test('token', signal)).rejects.toMatchObject({ code: 'mcp_token_missing' });
  });
});

async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
