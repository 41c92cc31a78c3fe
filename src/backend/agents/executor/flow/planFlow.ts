import type { FlowStep } from '../../../../protocol/agentDefinitions.ts';
import { usageError } from '../../../../protocol/errors.ts';
import { knownStepSchema, stepTypes, type Condition, type KnownStep } from '../../../../protocol/flowSteps.ts';
import type { Json } from '../../../../protocol/json.ts';
import { compileTest, type TextTest } from './condition.ts';
import { parseTemplate, type Template } from './template.ts';

/** A value whose texts are templates. */
export type JsonTemplate = { text: Template } | { list: JsonTemplate[] } | { fields: [string, JsonTemplate][] } | { value: Json };

type Step<Type extends KnownStep['type']> = Extract<KnownStep, { type: Type }>;
interface Common {
  id: string;
  inputs: [string, Template][];
}
/** A condition as it is written, and ready to judge. */
interface PlannedTest {
  when: Condition;
  holds: TextTest;
}
export type PlannedStep =
  | (Common & { type: 'prompt'; prompt: Template; system: string | null; tools: string[] | null; parameters: Step<'prompt'>['parameters'] })
  | (Common & { type: 'tool'; tool: string; arguments: JsonTemplate })
  | (Common & { type: 'branch'; value: Template; cases: (PlannedTest & { steps: PlannedStep[] })[]; otherwise: PlannedStep[] })
  | (Common & { type: 'loop'; steps: PlannedStep[]; maxRounds: number; start: Template; until: PlannedTest | null })
  | (Common & { type: 'merge'; parts: Template[] | null; separator: string; as: 'text' | 'json' });

/**
 * Reads a whole flow before anything of it is executed, so that a mistake in its last step costs no call of a model.
 * Errors name the step: `flow_step_unknown`, `flow_step_invalid`, `flow_step_duplicate`, `flow_template_invalid`.
 */
export function planFlow(flow: readonly FlowStep[]): PlannedStep[] {
  const ids = new Set<string>();
  return planSteps(flow, ids);
}

/** Every tool that steps of a flow name. */
export function toolsOfFlow(steps: readonly PlannedStep[]): string[] {
  return steps.flatMap((step): string[] => {
    if (step.type === 'tool') return [step.tool];
    if (step.type === 'loop') return toolsOfFlow(step.steps);
    if (step.type === 'branch') return toolsOfFlow([...step.cases.flatMap(({ steps: inner }) => inner), ...step.otherwise]);
    return [];
  });
}

function planSteps(flow: readonly FlowStep[], ids: Set<string>): PlannedStep[] {
  return flow.map((raw) => {
    if (ids.has(raw.id)) throw usageError('flow_step_duplicate', `Two steps of the flow are called ${raw.id}.`);
    ids.add(raw.id);
    return planStep(parseStep(raw), ids);
  });
}

function parseStep(raw: FlowStep): KnownStep {
  if (!stepTypes.some((type) => type === raw.type)) {
    throw usageError('flow_step_unknown', `Step ${raw.id} is of the type ${raw.type}, which can’t be executed.`, { hint: `Known types: ${stepTypes.join(', ')}.` });
  }
  const parsed = knownStepSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usageError('flow_step_invalid', `Step ${raw.id}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`);
}

function planStep(step: KnownStep, ids: Set<string>): PlannedStep {
  const { id } = step;
  const read = (text: string) => parseTemplate(text, id);
  const test = (when: Condition): PlannedTest => ({ when, holds: compileTest(when, id) });
  const common: Common = { id, inputs: Object.entries(step.inputs).map(([name, text]) => [name, read(text)]) };
  switch (step.type) {
    case 'prompt':
      return { ...common, type: 'prompt', prompt: read(step.prompt), system: step.system ?? null, tools: step.tools ?? null, parameters: step.parameters };
    case 'tool':
      return { ...common, type: 'tool', tool: step.tool, arguments: jsonTemplate(step.arguments, read) };
    case 'branch':
      return {
        ...common, type: 'branch', value: read(step.value),
        cases: step.cases.map(({ when, steps }) => ({ ...test(when), steps: planSteps(steps, ids) })),
        otherwise: planSteps(step.otherwise ?? [], ids),
      };
    case 'loop':
      return { ...common, type: 'loop', steps: planSteps(step.steps, ids), maxRounds: step.maxRounds, start: read(step.start), until: step.until === undefined ? null : test(step.until) };
    case 'merge':
      return { ...common, type: 'merge', parts: step.parts?.map(read) ?? null, separator: step.separator, as: step.as };
  }
}

function jsonTemplate(value: Json, read: (text: string) => Template): JsonTemplate {
  if (typeof value === 'string') return { text: read(value) };
  if (Array.isArray(value)) return { list: value.map((item) => jsonTemplate(item, read)) };
  if (typeof value === 'object' && value !== null) return { fields: Object.entries(value).map(([key, item]) => [key, jsonTemplate(item, read)]) };
  return { value };
}
