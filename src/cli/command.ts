import type { z } from 'zod';
import type { Services } from '../backend/services.ts';
import type { Output } from './output.ts';

export interface CommandContext {
  services: Services;
  out: Output;
  /** Aborted by Ctrl-C. Stops following, never the run. */
  signal: AbortSignal;
  /** `--yes` was given: confirmations are answered. */
  isConfirmed: boolean;
}

export interface ArgumentSpec {
  /** Key in the input. */
  name: string;
  description: string;
  isRequired?: boolean;
  isVariadic?: boolean;
}

export interface OptionSpec {
  /** Commander syntax: `--min-quality <score>`, `-e, --epochs <n>`, `--plan`, `--set <key=value...>`. */
  flags: string;
  description: string;
  /** Completion offers these. */
  choices?: readonly string[];
}

/** An option’s description, with its choices where it does not name them itself. */
export function describeOption({ description, choices }: OptionSpec): string {
  if (choices === undefined || choices.every((choice) => description.includes(choice))) return description;
  return `${description}; one of ${choices.join(', ')}`;
}

/**
 * One command of the CLI: parse (`input`), call a service (`run`), show (`print`). The name may have two words
 * (`queue move`). Input keys are the arguments' names and the options' camelCase names; strings as typed, so that the
 * schema coerces. `result` is what `--json` prints and `training schema <command>` shows.
 */
export interface CommandSpec<Input extends z.ZodType, Result extends z.ZodType> {
  name: string;
  summary: string;
  /** What it reads and writes; shown by --help. */
  details?: string;
  args?: ArgumentSpec[];
  options?: OptionSpec[];
  examples: string[];
  input: Input;
  result: Result;
  /** With `--json`: many documents, printed by `run` through `out.json`. The result is then not printed. */
  isStream?: boolean | ((input: z.output<Input>) => boolean);
  run: (context: CommandContext, input: z.output<Input>) => Promise<z.input<Result>>;
  print: (result: z.output<Result>, out: Output) => void;
  /** An exit code other than 0 for a result that is not an error, such as a doctor with findings. */
  exitCode?: (result: z.output<Result>, input: z.output<Input>) => number;
}

export type AnyCommand = CommandSpec<z.ZodType, z.ZodType>;

/** Types a command's `run` and `print` by its schemas. */
export function defineCommand<Input extends z.ZodType, Result extends z.ZodType>(spec: CommandSpec<Input, Result>): AnyCommand {
  return spec;
}
