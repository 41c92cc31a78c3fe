import { z } from 'zod';
import { notFound } from '../protocol/errors.ts';
import { jsonSchema } from '../protocol/json.ts';
import { defineCommand } from './command.ts';

export const schemaCommand = defineCommand({
  name: 'schema',
  summary: 'Show the JSON Schema of what a command prints with --json',
  details: 'Reads nothing and writes nothing.',
  args: [{ name: 'command', description: 'a command, such as prepare or "adapter test"', isVariadic: true }],
  examples: ['training schema prepare', 'training schema adapter test'],
  input: z.object({ command: z.array(z.string()).default([]) }),
  result: jsonSchema,
  run: async (_context, input) => {
    const { commands } = await import('./commands.ts');
    const name = input.command.join(' ');
    if (name === '') return { commands: commands.map((command) => command.name) };
    const found = commands.find((command) => command.name === name);
    if (found === undefined) {
      throw notFound('unknown_command', `There is no command “${name}”.`, { hint: 'training schema lists the commands.' });
    }
    return z.json().parse(z.toJSONSchema(found.result, { io: 'input', unrepresentable: 'any' }));
  },
  print: (result, out) => out.line(JSON.stringify(result, null, 2)),
});
