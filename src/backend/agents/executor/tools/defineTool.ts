import { z } from 'zod';
import { usageError } from '../../../../protocol/errors.ts';
import type { Tool } from './tool.ts';

export interface ToolSpec<Input extends z.ZodObject> {
  name: string;
  description: string;
  input: Input;
  run: (input: z.output<Input>, signal: AbortSignal) => Promise<string> | string;
}

/** A tool of ours. What a model calls it with is checked first; `tool_input_invalid` tells it what to correct. */
export function defineTool<Input extends z.ZodObject>({ name, description, input, run }: ToolSpec<Input>): Tool {
  return {
    name,
    definition: { type: 'function', function: { name, description, parameters: z.record(z.string(), z.json()).parse(z.toJSONSchema(input, { io: 'input', target: 'draft-7' })) } },
    call: async (given, signal) => {
      const parsed = input.safeParse(given);
      if (!parsed.success) throw usageError('tool_input_invalid', parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
      return await run(parsed.data, signal);
    },
  };
}
