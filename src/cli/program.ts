import type { CommanderError } from 'commander';
import { Command } from 'commander';
import { usageError, type CampError } from '../protocol/errors.ts';
import { suggest } from '../common/suggest.ts';
import { describeOption, type AnyCommand } from './command.ts';
import { version } from '../backend/version.ts';

export interface GlobalOptions {
  workspace?: string;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
  yes?: boolean;
}

export interface ProgramInit {
  commands: readonly AnyCommand[];
  act: (spec: AnyCommand, values: Record<string, unknown>, globals: GlobalOptions) => Promise<void>;
  /** Takes help that was asked for, and the version. */
  write: (text: string) => void;
}

const everywhere = 'Every command also takes --workspace DIR, --json, --quiet, --no-color and --yes.';

/** The command line of the table of commands. Wrong usage is thrown as a `CampError`, whatever the library calls it. */
export function buildProgram(init: ProgramInit): Command {
  const program = new Command('training')
    .description('Fine-tune adapters for your agents on your own machine, and prove them better than the base.')
    .usage('[options] [command]')
    .version(version, '--version')
    // `dataset show D --version 2` is a dataset's version: options after a command are the command's.
    .enablePositionalOptions()
    .option('--workspace <dir>', 'the workspace (default: the nearest folder with CodeAgents or .training)')
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'no progress')
    .option('--no-color', 'no colours')
    .option('--yes', 'answer confirmations with yes')
    .configureHelp({ subcommandTerm: termOf })
    .addHelpText('after', '\ntraining COMMAND --help explains a command, with examples.\nBegin with: training demo');
  const groups = new Map<string, Command>([['', prepareCommand(program, '', init)]]);
  for (const spec of init.commands) addCommand(groups, spec, init);
  for (const [name, group] of groups) {
    if (group.commands.length > 0 && !init.commands.some((spec) => spec.name === name)) addGroupAction(group, name, program);
  }
  program
    .command('help')
    .argument('[command...]')
    .description('Explain a command')
    .option('--json')
    .exitOverride()
    .action((words: string[]) => findCommand(program, words).outputHelp());
  return program;
}

/** How the list of commands shows one: its options are for its own help. */
function termOf(command: Command): string {
  if (command.commands.length > 0) return `${command.name()} …`;
  return [command.name(), ...command.registeredArguments.map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`))].join(' ');
}

function prepareCommand(command: Command, name: string, init: ProgramInit): Command {
  return command
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureOutput({ writeErr: () => undefined, writeOut: init.write })
    .exitOverride((error) => {
      if (error.exitCode === 0) throw error;
      throw usageProblem(error, name);
    });
}

function usageProblem(error: CommanderError, name: string): CampError {
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return usageError('usage', message, { hint: `training ${name === '' ? '' : `${name} `}--help shows what it takes.` });
}

function addCommand(groups: Map<string, Command>, spec: AnyCommand, init: ProgramInit): void {
  const command = groupAt(groups, spec.name.split(' '), init);
  command.description(spec.summary);
  for (const arg of spec.args ?? []) {
    const body = arg.isVariadic === true ? `${arg.name}...` : arg.name;
    command.argument(arg.isRequired === true ? `<${body}>` : `[${body}]`, arg.description);
  }
  const isGroup = init.commands.some((other) => other.name.startsWith(`${spec.name} `));
  if (isGroup) command.argument('[words...]').usage('[options] [command]');
  for (const option of spec.options ?? []) command.option(option.flags, describeOption(option));
  addGlobalOptions(command);
  const details = spec.details === undefined ? '' : `\n${spec.details}\n`;
  command.addHelpText('after', `${details}\n${everywhere}\n\nExamples:\n${spec.examples.map((line) => `  ${line}`).join('\n')}\n`);
  command.action(async (...received: unknown[]) => {
    if (isGroup && Array.isArray(received[0]) && received[0].length > 0) { refuseWord(command, spec.name, received[0].map(String)); return; }
    const values: Record<string, unknown> = {};
    (spec.args ?? []).forEach((arg, index) => {
      const value = received[index];
      if (value !== undefined && !(Array.isArray(value) && value.length === 0)) values[arg.name] = value;
    });
    Object.assign(values, command.opts<Record<string, unknown>>());
    await init.act(spec, values, readGlobals(command));
  });
}

/** The command at these words; groups on the way are made. */
function groupAt(groups: Map<string, Command>, words: readonly string[], init: ProgramInit): Command {
  const name = words.join(' ');
  const existing = groups.get(name);
  if (existing !== undefined) return existing;
  const made = prepareCommand(groupAt(groups, words.slice(0, -1), init).command(words.at(-1) ?? ''), name, init);
  groups.set(name, made);
  return made;
}

/** Global options are accepted after the command as well, where people type them. */
function addGlobalOptions(command: Command): void {
  command.option('--workspace <dir>').option('--json').option('--quiet').option('--no-color').option('--yes');
  for (const name of ['workspace', 'json', 'quiet', 'color', 'yes']) {
    const option = command.options.find((candidate) => candidate.attributeName() === name);
    if (option !== undefined) option.hidden = true;
  }
}

/** A group alone says what is below it; the program alone shows its help. */
function addGroupAction(group: Command, name: string, program: Command): void {
  const isProgram = group === program;
  group.argument('[words...]').usage('[options] [command]').allowUnknownOption();
  if (!isProgram) {
    group.description(`Commands for ${name}s: ${names(group)}`).addHelpText('after', `\n${everywhere}`);
    addGlobalOptions(group);
  }
  group.action((words: string[]) => {
    const [word] = words;
    if (word?.startsWith('-') === true) throw usageError('usage', `unknown option '${word}'`, { hint: helpHint(name) });
    if (word !== undefined) { refuseWord(group, name, words); return; }
    if (isProgram && !readGlobals(group).json) { group.outputHelp(); return; }
    throw usageError('usage', `${isProgram ? 'A command' : `training ${name}: a command`} is missing. There are: ${names(group)}.`, { hint: helpHint(name) });
  });
}

function refuseWord(group: Command, name: string, words: readonly string[]): void {
  const [word = ''] = words;
  if (word === 'help') { findCommand(group, words.slice(1)).outputHelp(); return; }
  const prefix = name === '' ? '' : `${name} `;
  const near = suggest(word, group.commands.map((command) => command.name()));
  const meant = near === null ? (name === '' ? '' : ` There are: ${names(group)}.`) : ` Did you mean ${prefix}${near}?`;
  throw usageError('unknown_command', `There is no command “${prefix}${word}”.${meant}`, { hint: helpHint(name) });
}

/** Global options as given before the command, after it, or in between. */
function readGlobals(command: Command): GlobalOptions {
  const levels: GlobalOptions[] = [];
  for (let level: Command | null = command; level !== null; level = level.parent) levels.push(level.opts<GlobalOptions>());
  const workspace = levels.find((level) => level.workspace !== undefined)?.workspace;
  const isGiven = (key: 'json' | 'quiet' | 'yes') => levels.some((level) => level[key] === true);
  return { ...(workspace === undefined ? {} : { workspace }), json: isGiven('json'), quiet: isGiven('quiet'), yes: isGiven('yes'), color: levels.every((level) => level.color !== false) };
}

function findCommand(from: Command, words: readonly string[]): Command {
  let found = from;
  for (const [index, word] of words.entries()) {
    const next = found.commands.find((command) => command.name() === word);
    if (next === undefined) {
      const name = words.slice(0, index + 1).join(' ');
      throw usageError('unknown_command', `There is no command “${name}”.`, { hint: helpHint('') });
    }
    found = next;
  }
  return found;
}

function names(group: Command): string {
  return group.commands.filter((command) => command.name() !== 'help').map((command) => command.name()).join(', ');
}

function helpHint(name: string): string {
  return name === '' ? 'training --help lists the commands.' : `training ${name} --help explains them.`;
}
