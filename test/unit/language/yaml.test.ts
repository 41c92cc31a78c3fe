import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkYaml } from '../../../src/backend/language/yaml/checkYaml.ts';
import { complete } from '../../../src/backend/language/yaml/complete.ts';
import { cursorAt } from '../../../src/backend/language/yaml/cursor.ts';
import { hover } from '../../../src/backend/language/yaml/hover.ts';
import { kindOf, type FileKind } from '../../../src/backend/language/yaml/kinds.ts';
import { referenceAt, targetOf } from '../../../src/backend/language/yaml/references.ts';
import { YamlText } from '../../../src/backend/language/yaml/yamlText.ts';
import { workspaceAt, type Workspace } from '../../../src/backend/platform/workspace.ts';
import { scaffoldFiles } from '../../../src/backend/setup/scaffoldFiles.ts';

const repository = path.resolve(import.meta.dirname, '..', '..', '..');
let workspace: Workspace;

beforeAll(() => {
  workspace = workspaceAt(mkdtempSync(path.join(tmpdir(), 'yaml-')));
  write('CodeAgents/models/small.yaml', profile);
  write('CodeAgents/campaigns/fast.yaml', campaign);
  for (const [name, text] of Object.entries(scaffoldFiles)) write(name, text);
});
afterAll(() => rmSync(workspace.root, { recursive: true, force: true }));

const profile = 'name: small\nlocked:\n  model: smollm2-135m-instruct\n  architecture: LlamaForCausalLM\n  vocabularySize: 49152\n  contextLength: 8192\ndefaults:\n  learningRate: 0.0005\n  lora: { rank: 8 }\n';
const campaign = 'name: fast\nprofile: small\noverrides:\n  epochs: 1\n  lora:\n    rank: 4\n';
const agent = (scaffoldFiles['CodeAgents/Helper/agent.yaml'] ?? '');

function write(name: string, text: string): void {
  const file = path.join(workspace.root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function kind(relative: string): FileKind {
  const found = kindOf(relative);
  if (found === null) throw new Error(`${relative} has no schema`);
  return found;
}

function problems(relative: string, text: string, place = workspace): string[] {
  return checkYaml(new YamlText(text), kind(relative), { workspace: place, file: path.join(place.root, relative) }).map(({ code, range, message }) => `${String(range.start.line + 1)}:${String(range.start.character + 1)} ${code} ${message}`);
}

describe('files as they come', () => {
  test.each(Object.entries(scaffoldFiles).filter(([name]) => name.endsWith('.yaml')))('%s of a new workspace is clean', (name, text) => {
    expect(problems(name, text)).toEqual([]);
  });

  test.each(globSync('CodeAgents/**/*.yaml', { cwd: repository }))('%s of this repository is clean', (name) => {
    expect(problems(name, readFileSync(path.join(repository, name), 'utf8'), workspaceAt(repository))).toEqual([]);
  });
});

describe('problems', () => {
  test.each([
    ['a key that is not known, with what was meant', agent.replace('owner:', 'onwer:'), ['5:1 key_unknown There is no key “onwer” here. Did you mean “owner”?', '1:1 key_missing The key “owner” is missing.']],
    ['a value of no list', agent.replace('status: draft', 'status: done'), ['6:9 value_invalid status: “done” is none of draft, active, paused, retired']],
    ['a name that is not that of the folder', agent.replace('name: Helper', 'name: Other'), ['2:7 name_differs The name is “Other”, and the folder is “Helper”.']],
    ['a drill that does not exist', agent.replace('drills: [example]', 'drills: [example, gone]'), ['17:19 reference_missing There is no drill “gone”.']],
    ['a memory file outside the workspace', agent.replace('../Memory/Helper.md', '../../../../../etc/passwd'), ['16:17 reference_missing There is no memory file “../../../../../etc/passwd”.']],
    ['what is no YAML', agent.replace('tags: [example]', 'tags: [example'), null],
    ['a key twice', `${agent}name: Helper\n`, null],
  ])('%s', (_title, text, expected) => {
    const found = problems('CodeAgents/Helper/agent.yaml', text);
    if (expected === null) expect(found.map((one) => one.split(' ')[1])).toEqual(found.map(() => 'yaml_syntax'));
    else expect(found.sort()).toEqual(expected.sort());
    expect(found).not.toEqual([]);
  });

  test('of options stand at their key, nested and dotted', () => {
    const text = campaign.replace('epochs: 1', 'epoch: 1').replace('rank: 4', 'rank: 0').replace('overrides:', 'overrides:\n  lora.alpa: 3');
    expect(problems('CodeAgents/campaigns/fast.yaml', text)).toEqual([
      '7:11 value_invalid rank: “0” must be at least 1',
      '4:3 key_unknown There is no key “lora.alpa” here. Did you mean “lora.alpha”?',
      '5:3 key_unknown There is no key “epoch” here. Did you mean “epochs”?',
    ]);
  });

  test('of a drill name the case', () => {
    const text = (scaffoldFiles['CodeAgents/drills/example.yaml'] ?? '').replace('heldOut: true', 'heldOut: maybe').replace('grader: exact', 'grader: feeling');
    expect(problems('CodeAgents/drills/example.yaml', text).map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual(['5:9 value_invalid', '13:14 value_invalid']);
  });

  test('hostile texts neither throw nor hang', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index] ?? 'a'},`.repeat(9)}]`).join('\n')}`;
    for (const text of [bomb, '\u0000', '- - - -', '? ? ?', '{'.repeat(5000), '__proto__: {a: 1}\nconstructor: 2', '!!js/function "x"', '&a *a']) {
      for (const relative of ['CodeAgents/Helper/agent.yaml', 'CodeAgents/drills/x.yaml', 'CodeAgents/campaigns/x.yaml']) expect(Array.isArray(problems(relative, text))).toBe(true);
    }
  });
});

/** A text with `|` where the cursor is. */
function at(marked: string): { text: string; position: { line: number; character: number } } {
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  return { text: marked.replace('|', ''), position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
}

describe('completion', () => {
  const labels = (relative: string, marked: string): string[] => {
    const { text, position } = at(marked);
    return complete(text, position, kind(relative), workspace).map(({ label }) => label);
  };

  test.each([
    ['keys of an agent that are not there yet', 'CodeAgents/Helper/agent.yaml', 'name: Helper\nversion: 1\n|', ['description', 'learning'], ['name', 'version']],
    ['keys within a mapping', 'CodeAgents/Helper/agent.yaml', 'name: Helper\nparameters:\n  temperature: 0\n  |', ['maxTokens', 'topP'], ['temperature', 'name']],
    ['keys within braces', 'CodeAgents/Helper/agent.yaml', 'parameters: { temperature: 0, |', ['maxTokens'], ['name']],
    ['values of a list', 'CodeAgents/Helper/agent.yaml', 'status: |', ['draft', 'active'], []],
    ['drills by name', 'CodeAgents/Helper/agent.yaml', 'drills: [|', ['example'], []],
    ['drills by name, one a line', 'CodeAgents/Helper/agent.yaml', 'drills:\n  - |', ['example'], []],
    ['models by name', 'CodeAgents/Helper/agent.yaml', 'model: |', ['small', 'smollm2-135m-instruct'], []],
    ['profiles by name', 'CodeAgents/campaigns/fast.yaml', 'name: fast\nprofile: |', ['small'], []],
    ['options', 'CodeAgents/campaigns/fast.yaml', 'name: fast\noverrides:\n  epochs: 1\n  |', ['learningRate', 'lora', 'lora.rank'], ['epochs', 'profile']],
    ['options of a group', 'CodeAgents/campaigns/fast.yaml', 'overrides:\n  lora:\n    |', ['rank', 'alpha'], ['epochs']],
    ['values of an option', 'CodeAgents/campaigns/fast.yaml', 'overrides:\n  schedule: |', ['cosine', 'linear', 'constant'], []],
    ['keys of a case', 'CodeAgents/drills/example.yaml', 'cases:\n  - input: x\n    |', ['expected', 'heldOut'], ['input', 'cases']],
    ['keys of a second case', 'CodeAgents/drills/example.yaml', 'cases:\n  - input: x\n    expected: y\n  - input: z\n    heldOut: |', ['true', 'false'], []],
    ['nothing in a comment', 'CodeAgents/drills/example.yaml', '# na|', [], ['name']],
  ])('%s', (_title, relative, marked, offered, missing) => {
    const found = labels(relative, marked);
    for (const label of offered) expect(found).toContain(label);
    for (const label of missing) expect(found).not.toContain(label);
  });

  test('the place is read from the indentation', () => {
    expect(cursorAt(['a:', '  b:', '    - c: 1', '      d: '], 3, 9)).toEqual({ on: 'value', path: ['a', 'b', 0, 'd'], typed: '', start: 9 });
  });
});

describe('hover', () => {
  const over = (relative: string, marked: string): string | null => {
    const { text, position } = at(marked);
    const offset = text.split('\n').slice(0, position.line).reduce((sum, line) => sum + line.length + 1, 0) + position.character;
    const found = hover(new YamlText(text), offset, kind(relative), { workspace, env: {} });
    return found === null ? null : JSON.stringify(found.contents);
  };

  test('says what a key means', () => {
    expect(over('CodeAgents/Helper/agent.yaml', agent.replace('owner', 'ow|ner'))).toContain('Who answers for it.');
  });

  test('says which value of an option holds, and from which layer', () => {
    expect(over('CodeAgents/campaigns/fast.yaml', campaign.replace('rank', 'ra|nk'))).toContain('lora.rank is 4, from the campaign. The default is 16.');
    expect(over('CodeAgents/models/small.yaml', profile.replace('learningRate', 'learning|Rate'))).toContain('learningRate is 0.0005, from the profile.');
  });

  test('is plain text and never markdown', () => {
    expect(over('CodeAgents/campaigns/fast.yaml', campaign.replace('epochs', 'epo|chs'))).toContain('"kind":"plaintext"');
  });
});

describe('definitions', () => {
  const target = (relative: string, steps: (string | number)[], value: string): string | null => {
    const file = path.join(workspace.root, relative);
    const reference = referenceAt(kind(relative).name, steps, value, { workspace, file });
    const found = reference === null ? null : targetOf(reference, workspace);
    return found === null ? null : path.relative(workspace.root, found).split(path.sep).join('/');
  };

  test.each([
    ['CodeAgents/Helper/agent.yaml', ['drills', 0], 'example', 'CodeAgents/drills/example.yaml'],
    ['CodeAgents/Helper/agent.yaml', ['model'], 'small', 'CodeAgents/models/small.yaml'],
    ['CodeAgents/Helper/agent.yaml', ['memory', 'file'], '../Memory/Helper.md', 'CodeAgents/Memory/Helper.md'],
    ['CodeAgents/campaigns/fast.yaml', ['profile'], 'small', 'CodeAgents/models/small.yaml'],
    ['CodeAgents/Helper/agent.yaml', ['memory', 'file'], '../../../../../etc/hosts', null],
    ['CodeAgents/Helper/agent.yaml', ['model'], '../campaigns/fast', null],
  ])('%s %s leads to its file', (relative, steps, value, expected) => {
    expect(target(relative, steps, value)).toBe(expected);
  });
});
