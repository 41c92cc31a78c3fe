import { RootCommand } from '@bomb.sh/tab';
import type { AnyCommand, OptionSpec } from './command.ts';

/** Options that every command takes. */
const globalOptions: OptionSpec[] = [
  { flags: '--workspace <dir>', description: 'the workspace' },
  { flags: '--json', description: 'one JSON document on stdout' },
  { flags: '--quiet', description: 'no progress' },
  { flags: '--no-color', description: 'no colours' },
  { flags: '--yes', description: 'answer confirmations with yes' },
];

/** The command table in the form that the completion library walks. */
export function completionTree(commands: readonly AnyCommand[]): RootCommand {
  const root = new RootCommand();
  const groups = new Set<string>();
  for (const spec of commands) {
    const group = spec.name.split(' ').slice(0, -1).join(' ');
    const isKnown = group === '' || groups.has(group) || commands.some((command) => command.name === group);
    if (!isKnown) root.command(group, `${group} …`);
    groups.add(group);
    const command = root.command(spec.name, spec.summary);
    for (const option of [...(spec.options ?? []), ...globalOptions]) {
      const { name, alias, takesValue } = parseFlags(option.flags);
      if (!takesValue) command.option(name, option.description, alias);
      else command.option(name, option.description, (complete) => option.choices?.forEach((choice) => complete(choice, '')), alias);
    }
    for (const argument of spec.args ?? []) command.argument(argument.name, undefined, argument.isVariadic === true);
  }
  return root;
}

/** `-d, --dataset <dataset>` in its parts. */
function parseFlags(flags: string): { name: string; alias: string | undefined; takesValue: boolean } {
  return {
    name: /--([A-Za-z0-9-]+)/.exec(flags)?.[1] ?? flags,
    alias: /^-([A-Za-z]),/.exec(flags)?.[1],
    takesValue: /[<[]/.test(flags),
  };
}
