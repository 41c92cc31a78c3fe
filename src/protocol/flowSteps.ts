import { z } from 'zod';
import { agentParametersSchema, flowStepSchema } from './agentDefinitions.ts';
import { jsonSchema } from './json.ts';

/**
 * The steps that the executor knows. A template is a text with places: `{{input}}` is what the agent was asked,
 * `{{steps.ID}}` what an earlier step gave, `{{inputs.NAME}}` a named input of this step. A place is filled with text and
 * nothing in that text is looked at again.
 */

const template = z.string().max(200_000);
const named = z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name has letters, digits, - and _'), template).default({}).describe('Named inputs as templates; `input` is always there.');
const common = { id: z.string().min(1).max(100), inputs: named };
const steps = z.array(flowStepSchema).min(1).max(100);

/** How a text is judged. Exactly one of them. */
export const conditionSchema = z
  .object({
    equals: z.string().optional().describe('The text is this one, white space around it aside.'),
    contains: z.string().optional().describe('The text has this one in it, in any case of letters.'),
    matches: z.string().max(1000).optional().describe('A regular expression (RE2) is found in the text.'),
    isEmpty: z.boolean().optional().describe('Whether the text has nothing but white space.'),
  })
  .refine((condition) => Object.values(condition).filter((value) => value !== undefined).length === 1, 'give exactly one of equals, contains, matches and isEmpty');
export type Condition = z.infer<typeof conditionSchema>;

export const promptStepSchema = z
  .looseObject({
    ...common,
    type: z.literal('prompt'),
    prompt: template.describe('What the model is asked.'),
    system: z.string().max(200_000).optional().describe('Instead of the agent’s system prompt. No template: data never becomes an instruction.'),
    tools: z.array(z.string()).optional().describe('Which of the agent’s tools the step may call; all of them unless said.'),
    parameters: agentParametersSchema.optional().describe('Instead of the agent’s, one by one.'),
  })
  .describe('Asks the model. Gives its answer.');

export const toolStepSchema = z
  .looseObject({
    ...common,
    type: z.literal('tool'),
    tool: z.string().min(1).max(200),
    arguments: z.record(z.string(), jsonSchema).default({}).describe('Texts in it are templates.'),
  })
  .describe('Calls a tool. Gives its answer.');

export const branchStepSchema = z
  .looseObject({
    ...common,
    type: z.literal('branch'),
    value: template.default('{{input}}').describe('The text that is judged.'),
    cases: z.array(z.object({ when: conditionSchema, steps })).min(1).max(50).describe('The first whose condition holds is gone through.'),
    otherwise: steps.optional(),
  })
  .describe('Goes one of several ways. Gives what the last step on that way gave; nothing where no way was open.');

export const loopStepSchema = z
  .looseObject({
    ...common,
    type: z.literal('loop'),
    steps,
    maxRounds: z.int().min(1).max(20),
    start: template.default('').describe('What {{steps.ID}} of the loop itself is in the first round; later it is what the round before gave.'),
    until: conditionSchema.optional().describe('Judged on what a round gave.'),
  })
  .describe('Repeats steps. Gives what the last round gave.');

export const mergeStepSchema = z
  .looseObject({
    ...common,
    type: z.literal('merge'),
    parts: z.array(template).min(1).max(100).optional().describe('Templates; the named inputs unless said.'),
    separator: z.string().max(1000).default('\n\n'),
    as: z.enum(['text', 'json']).default('text').describe('json: an object of the named inputs.'),
  })
  .describe('Puts texts together.');

export const knownStepSchema = z.discriminatedUnion('type', [promptStepSchema, toolStepSchema, branchStepSchema, loopStepSchema, mergeStepSchema]);
export type KnownStep = z.infer<typeof knownStepSchema>;
export const stepTypes = ['prompt', 'tool', 'branch', 'loop', 'merge'] as const;
