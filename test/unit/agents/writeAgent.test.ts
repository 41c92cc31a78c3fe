import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeAgent, type WriteAgentRequest } from '../../../src/backend/agents/writeAgent.ts';
import { systemClock } from '../../../src/backend/platform/clock.ts';
import { workspaceAt, type Workspace } from '../../../src/backend/platform/workspace.ts';
import { agentDefinitionSchema, type AgentDefinition } from '../../../src/protocol/agentDefinitions.ts';
import { agentSchema } from '../../../src/protocol/agents.ts';
import { hostileTexts } from '../../support/hostileTexts.ts';

let workspace: Workspace;
let outside: string;
const clock = { ...systemClock, now: () => new Date('2026-05-06T07:08:09Z') };
const write = (definition: Partial<AgentDefinition>, more: Partial<WriteAgentRequest> = {}) =>
  writeAgent(workspace, { definition: agentDefinitionSchema.parse({ name: 'Quick triage', systemPrompt: 'Sort tickets.\nBe brief: "yes" # no comment', ...definition }), tag: 'camp-se_1-A', model: 'builtin', owner: 'me', isConfirmed: false, ...more }, clock);
const text = (file = 'CodeAgents/QuickTriage/agent.yaml') => readFileSync(path.join(workspace.root, file), 'utf8');

beforeEach(() => {
  workspace = workspaceAt(mkdtempSync(path.join(tmpdir(), 'agents-')));
  outside = mkdtempSync(path.join(tmpdir(), 'outside-'));
});
afterEach(() => {
  for (const folder of [workspace.root, outside]) rmSync(folder, { recursive: true });
});

it('writes a valid agent, counts its version up, and leaves it where nothing changed', () => {
  expect(write({ parameters: { temperature: 0.2, maxTokens: 9, mood: 'good' }, tools: ['calculator'], memory: { fact: 1 } })).toEqual({
    file: 'CodeAgents/QuickTriage/agent.yaml', name: 'QuickTriage', version: 1, state: 'created', leftOut: ['parameters.mood', 'memory'],
  });
  expect(agentSchema.parse(parse(text()))).toMatchObject({ name: 'QuickTriage', version: 1, created: '2026-05-06', model: 'builtin', systemPrompt: 'Sort tickets.\nBe brief: "yes" # no comment', tools: ['calculator'], parameters: { temperature: 0.2, maxTokens: 9 } });
  expect(write({ parameters: { temperature: 0.2, maxTokens: 9 }, tools: ['calculator'] })).toMatchObject({ version: 1, state: 'unchanged' });
  expect(write({ systemPrompt: 'Other.' })).toMatchObject({ version: 2, state: 'updated' });
  expect(agentSchema.parse(parse(text()))).toMatchObject({ version: 2, systemPrompt: 'Other.' });
  expect(text()).not.toContain('tools');
});

it('keeps comments and everything else of a file that a person wrote, and asks first', () => {
  const file = path.join(workspace.codeAgents, 'QuickTriage', 'agent.yaml');
  mkdirSync(path.dirname(file), { recursive: true });
  const written = '# Mine.\nname: QuickTriage\nversion: 7   # counts\ndescription: old\nowner: ann\nstatus: active\ncreated: 2020-01-01\nupdated: 2020-01-01\n\n# The prompt.\nsystemPrompt: old\nmodel: gpt\ndrills: [example] # measured\n';
  writeFileSync(file, written);
  expect(() => write({})).toThrow(expect.objectContaining({ code: 'agent_exists', kind: 'confirmation' }));
  expect(text()).toBe(written);
  expect(write({ description: 'New.' }, { isConfirmed: true })).toMatchObject({ version: 8, state: 'updated' });
  for (const kept of ['# Mine.', '# counts', '# The prompt.', '# measured', 'owner: ann', 'status: active', 'model: gpt', 'created: 2020-01-01']) expect(text()).toContain(kept);
  expect(agentSchema.parse(parse(text()))).toMatchObject({ version: 8, updated: '2026-05-06', description: 'New.', tags: ['camp-se_1-A'] });
  expect(write({ description: 'Newer.' })).toMatchObject({ version: 9 });
});

it('never overwrites what is no agent', () => {
  const file = path.join(workspace.codeAgents, 'QuickTriage', 'agent.yaml');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, 'something: else\n');
  expect(() => write({}, { isConfirmed: true })).toThrow(expect.objectContaining({ code: 'invalid_agent' }));
  expect(text()).toBe('something: else\n');
});

it('follows no link out of the workspace', () => {
  mkdirSync(workspace.codeAgents);
  symlinkSync(outside, path.join(workspace.codeAgents, 'QuickTriage'));
  expect(() => write({}, { isConfirmed: true })).toThrow(expect.objectContaining({ code: 'outside_workspace' }));
});

it('makes folders of hostile names and files of hostile prompts that say just that', () => {
  for (const [index, hostile] of hostileTexts.entries()) {
    if (index % 7 !== 0) continue;
    const { file, name } = write({ name: hostile.slice(0, 100), systemPrompt: hostile, description: hostile.slice(0, 2000) }, { isConfirmed: true });
    expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]*$/);
    expect(agentSchema.parse(parse(text(file))).systemPrompt).toBe(hostile);
  }
  expect(write({ name: 'camp' }).name).toBe('AgentCamp');
  expect(write({ name: '../..' }).name).toBe('Agent');
});
