import { isatty } from 'node:tty';
import { CommanderError } from 'commander';
import { plainText } from '../common/plainText.ts';
import { findHome, findWorkspace, workspaceAt } from '../backend/platform/workspace.ts';
import { Services } from '../backend/services.ts';
import { CampError, exitCodes, toErrorDocument, usageError } from '../protocol/errors.ts';
import type { AnyCommand } from './command.ts';
import { commands } from './commands.ts';
import { describeProblem } from './inputProblem.ts';
import { Output } from './output.ts';
import { buildProgram, type GlobalOptions } from './program.ts';
import { version } from '../backend/version.ts';

const interrupted = 130;

/** Runs one command line and answers its exit code. */
export async function main(argv: string[]): Promise<number> {
  const end = argv.indexOf('--');
  const out = makeOutput({ json: argv.slice(0, end < 0 ? argv.length : end).includes('--json') });
  let code = 0;
  let help = '';
  const program = buildProgram({
    commands,
    act: async (spec, values, globals) => {
      code = await runCommand(spec, values, globals);
    },
    write: (text) => {
      help += text;
    },
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(error, out);
    if (error.code === 'commander.version') {
      out.json({ version });
      out.line(version);
      return 0;
    }
  }
  if (help !== '') {
    out.json({ help });
    out.write(help);
  }
  return code;
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
  const problems = parsed.error.issues.map((issue) => describeProblem(spec, issue, values));
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
    hasColor: globals.color !== false && process.env['NO_COLOR'] === undefined && isatty(process.stdout.fd) && !isJson,
    stdout: process.stdout,
    stderr: process.stderr,
  });
}

