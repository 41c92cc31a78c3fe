import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../../src/cli/commands.ts';

/** The surface that scripts rely on (docs/cli.md). Names are kept; adding one is no break. */
const promised = [
  'init', 'doctor', 'setup', 'demo', 'prepare', 'datasets', 'dataset show', 'dataset diff', 'dataset restore', 'dataset remove',
  'inspect', 'start', 'status', 'metrics', 'list', 'stop', 'resume', 'logs', 'queue', 'queue move', 'queue priority', 'queue pause',
  'queue resume', 'queue cancel', 'plan', 'worker', 'model list', 'model pull', 'model info', 'model remove', 'ask',
  'adapter list', 'adapter show', 'adapter import', 'adapter remove', 'adapter test', 'schema', 'completion',
];

test('every promised command exists', () => {
  expect(promised.filter((name) => !commands.some((command) => command.name === name))).toEqual([]);
});

test('no name is used twice', () => {
  const names = commands.map((command) => command.name);
  expect(names).toEqual([...new Set(names)]);
});

describe.each(commands.map((command) => [command.name, command] as const))('training %s', (name, command) => {
  test('has examples that call it', () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) expect(example).toMatch(new RegExp(`\\btraining .*\\b${name}`));
  });

  test('has a summary that is one phrase', () => {
    expect(command.summary).toMatch(/^[A-Z“][^\n]{5,99}[^.]$/);
  });

  test('has a result that JSON Schema can express', () => {
    expect(() => z.toJSONSchema(command.result, { io: 'input', unrepresentable: 'any' })).not.toThrow();
  });

  test('explains each option', () => {
    for (const option of command.options ?? []) expect(option.description.length).toBeGreaterThan(3);
  });
});
