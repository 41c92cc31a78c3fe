import { Command, CommanderError } from 'commander';
import { plainText } from '../common/plainText.ts';
import { findHome, findWorkspace, workspaceAt } from '../backend/platform/workspace.ts';
import { Services } from '../backend/services.ts';
import { CampError, exitCodes, toErrorDocument, usageError } from '../protocol/errors.ts';
import type { AnyCommand } from './command.ts';
import { commands } from './commands.ts';
import { Output } from './output.ts';
import { version } from './version.ts';

interface GlobalOptions {
  workspace?: string;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
  yes?: boolean;
}

const interrupted = 130;

/** Runs one command line and answers its exit code. */
export async function main(argv: string[]): Promise<number> {
  const wantsJson = argv.includes('--json');
  let code = 0;
  const program = buildProgram(async (spec, values, globals) => {
    code = await runCommand(spec, values, globals);
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      return report(usageError('usage', error.message.replace(/^error: /, ''), { hint: 'training --help lists the commands.' }), makeOutput({ json: wantsJson }));
    }
    return report(error, makeOutput({ json: wantsJson }));
  }
}

function buildProgram(act: (spec: AnyCommand, values: Record<string, unknown>, globals: GlobalOptions) => Promise<void>): Command {
  const program = new Command('training')
    .description('Fine-tune adapters for your agents on your own machine, and prove them better than the base.')
    .version(version, '--version')
    // `dataset show D --version 2` is a dataset's version: options after a command are the command's.
    .enablePositionalOptions()
    .option('--workspace <dir>', 'the workspace (default: the nearest folder with CodeAgents or .training)')
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'no progress')
    .option('--no-color', 'no colours')
    .option('--yes', 'answer confirmations with yes')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showSuggestionAfterError();
  const groups = new Map<string, Command>();
  for (const spec of commands) addCommand(program, groups, spec, act);
  return program;
}

function addCommand(
  program: Command,
  groups: Map<string, Command>,
  spec: AnyCommand,
  act: (spec: AnyCommand, values: Record<string, unknown>, globals: GlobalOptions) => Promise<void>,
): void {
  const words = spec.name.split(' ');
  const last = words.pop() ?? spec.name;
  let parent = program;
  for (const word of words) {
    const existing = groups.get(word);
    parent = existing ?? program.command(word).exitOverride();
    groups.set(word, parent);
  }
  const command = groups.get(spec.name) ?? parent.command(last);
  groups.set(spec.name, command);
  command.description(spec.summary).exitOverride().configureOutput({ writeErr: () => undefined }).showSuggestionAfterError();
  for (const arg of spec.args ?? []) {
    const body = arg.isVariadic === true ? `${arg.name}...` : arg.name;
    command.argument(arg.isRequired === true ? `<${body}>` : `[${body}]`, arg.description);
  }
  for (const option of spec.options ?? []) command.option(option.flags, option.description);
  // Accepted after the command as well, where people type them.
  command.option('--workspace <dir>').option('--json').option('--quiet').option('--no-color').option('--yes');
  for (const name of ['workspace', 'json', 'quiet', 'color', 'yes']) {
    const option = command.options.find((candidate) => candidate.attributeName() === name);
    if (option !== undefined) option.hidden = true;
  }
  const details = spec.details === undefined ? '' : `\n${spec.details}\n`;
  command.addHelpText('after', `${details}\nExamples:\n${spec.examples.map((line) => `  ${line}`).join('\n')}\n`);
  command.action(async (...received: unknown[]) => {
    const values: Record<string, unknown> = {};
    (spec.args ?? []).forEach((arg, index) => {
      const value = received[index];
      if (value !== undefined && !(Array.isArray(value) && value.length === 0)) values[arg.name] = value;
    });
    const own = command.opts<Record<string, unknown>>();
    Object.assign(values, own);
    const globals = { ...program.opts<GlobalOptions>() };
    for (const key of ['workspace', 'json', 'quiet', 'yes'] as const) if (own[key] !== undefined) Object.assign(globals, { [key]: own[key] });
    if (own['color'] === false) globals.color = false;
    await act(spec, values, globals);
  });
}

async function runCommand(spec: AnyCommand, values: Record<string, unknown>, globals: GlobalOptions): Promise<number> {
  const out = makeOutput(globals);
  const abort = new AbortController();
  const onInterrupt = () => abort.abort();
  process.once('SIGINT', onInterrupt);
  const workspace = globals.workspace === undefined ? findWorkspace(process.cwd()) : workspaceAt(globals.workspace);
  const services = new Services({ workspace, home: findHome(process.env, process.platform), env: process.env, onNotice: (text) => out.note(plainText(text, { keepNewlines: true })) });
  try {
    const input = parseInput(spec, values);
    const result = await spec.run({ services, out, signal: abort.signal, isConfirmed: globals.yes === true }, input);
    const isStream = typeof spec.isStream === 'function' ? spec.isStream(input) : spec.isStream === true;
    if (!isStream) {
      out.json(result);
      if (!out.isJson) spec.print(result, out);
    }
    return abort.signal.aborted ? interrupted : (spec.exitCode?.(result, input) ?? 0);
  } catch (error) {
    if (abort.signal.aborted) return interrupted;
    return report(services.explain(error), out);
  } finally {
    process.off('SIGINT', onInterrupt);
    services.dispose();
  }
}

function parseInput(spec: AnyCommand, values: Record<string, unknown>): unknown {
  const parsed = spec.input.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
  throw usageError('usage', problems.join('; '), { hint: `training ${spec.name} --help shows what it takes.` });
}

function report(error: unknown, out: Output): number {
  const document = toErrorDocument(error);
  if (out.isJson) {
    out.json({ error: document });
  } else {
    out.error(plainText(document.message, { keepNewlines: true }));
    if (document.hint !== undefined) out.hint(plainText(document.hint, { keepNewlines: true }));
    if (!(error instanceof CampError) && error instanceof Error && process.env['TRAINING_CAMP_DEBUG'] !== undefined) out.note(error.stack ?? '');
  }
  return error instanceof CampError ? exitCodes[error.kind] : 1;
}

function makeOutput(globals: GlobalOptions): Output {
  const isJson = globals.json === true;
  return new Output({
    isJson,
    isQuiet: globals.quiet === true,
    hasColor: globals.color !== false && process.env['NO_COLOR'] === undefined && process.stdout.isTTY && !isJson,
    stdout: process.stdout,
    stderr: process.stderr,
  });
}

