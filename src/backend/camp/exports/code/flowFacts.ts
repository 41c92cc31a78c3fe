import type { AgentDefinition } from '../../../../protocol/agentDefinitions.ts';
import { usageError } from '../../../../protocol/errors.ts';
import type { Condition } from '../../../../protocol/flowSteps.ts';
import type { Json } from '../../../../protocol/json.ts';
import { planFlow, type JsonTemplate, type PlannedStep } from '../../../agents/executor/flow/planFlow.ts';
import type { Template } from '../../../agents/executor/flow/template.ts';
import { portablePattern } from './portablePattern.ts';

/** A flow as the programs read it: JSON that stands in them as a literal. */
export interface FlowFacts {
  steps: Json;
  /** JSON of the agent's memory; empty for none. */
  memory: string;
  /** Tools that steps call, each with the name of the function that is to be filled in. */
  functions: { tool: string; name: string }[];
}

export interface FlowParts {
  parametersOf: (step: Extract<PlannedStep, { type: 'prompt' }>) => Json;
  /** The name by which a model calls a tool of the agent. */
  wireName: (tool: string) => string;
}

/** Reads a flow as the executor does. `agent_not_portable` for a pattern that other languages can't say. */
export function flowFacts(definition: AgentDefinition, parts: FlowParts): FlowFacts {
  const planned = planFlow(definition.flow);
  const own = definition.tools.map((tool) => (typeof tool === 'string' ? tool : tool.name));
  const tools: string[] = [];
  const write = (step: PlannedStep): Json => {
    const common = { id: step.id, type: step.type, inputs: step.inputs.map(([name, template]) => [name, written(template)]) };
    switch (step.type) {
      case 'prompt':
        return { ...common, system: step.system ?? definition.systemPrompt, prompt: written(step.prompt), tools: (step.tools ?? own).filter((name) => own.includes(name)).map(parts.wireName), parameters: parts.parametersOf(step) };
      case 'tool':
        if (!tools.includes(step.tool)) tools.push(step.tool);
        return { ...common, tool: step.tool, arguments: writtenJson(step.arguments) };
      case 'branch':
        return { ...common, value: written(step.value), cases: step.cases.map(({ when, steps }) => ({ when: condition(when, step.id), steps: steps.map(write) })), otherwise: step.otherwise.map(write) };
      case 'loop':
        return { ...common, steps: step.steps.map(write), maxRounds: step.maxRounds, start: written(step.start), until: step.until === null ? null : condition(step.until.when, step.id) };
      case 'merge':
        return { ...common, parts: step.parts?.map(written) ?? null, separator: step.separator, as: step.as };
    }
  };
  const steps = planned.map(write);
  return { steps, memory: Object.keys(definition.memory).length === 0 ? '' : JSON.stringify(definition.memory, null, 2), functions: functionsOf(tools) };
}

/** Texts as they are, places as objects. */
function written(template: Template): Json {
  return template.map((part) => (typeof part === 'string' ? part : { ...part }));
}

function writtenJson(template: JsonTemplate): Json {
  if ('text' in template) return { text: written(template.text) };
  if ('list' in template) return { list: template.list.map(writtenJson) };
  if ('fields' in template) return { fields: template.fields.map(([key, item]) => [key, writtenJson(item)]) };
  return { value: template.value };
}

function condition(when: Condition, stepId: string): Json {
  if (when.equals !== undefined) return { equals: when.equals };
  if (when.contains !== undefined) return { contains: when.contains };
  if (when.isEmpty !== undefined) return { isEmpty: when.isEmpty };
  const pattern = portablePattern(when.matches ?? '');
  if (pattern !== null) return { matches: pattern.source, ignoresCase: pattern.ignoresCase };
  throw usageError('agent_not_portable', `Step ${stepId} judges by a pattern that a program of its own can’t have: ${when.matches ?? ''}`, { hint: 'Use contains, or a plainer pattern; or write it as agent.yaml instead: Training Camp executes it.' });
}

function functionsOf(tools: readonly string[]): FlowFacts['functions'] {
  const taken = new Set<string>();
  return tools.map((tool) => {
    const base = `tool_${tool.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '').toLowerCase().slice(0, 60)}`;
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base}_${String(count)}`;
    taken.add(name);
    return { tool, name };
  });
}
