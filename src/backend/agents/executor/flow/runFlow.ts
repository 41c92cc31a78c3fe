import { failure } from '../../../../protocol/errors.ts';
import type { Json } from '../../../../protocol/json.ts';
import { answer } from '../answer.ts';
import { errorText, type Execution } from '../execution.ts';
import { samplingOf } from '../sampling.ts';
import type { JsonTemplate, PlannedStep } from './planFlow.ts';
import { fillQuoted, fillTemplate, type Scope } from './template.ts';

type Planned<Type extends PlannedStep['type']> = Extract<PlannedStep, { type: Type }>;

interface Place {
  parent: number | null;
  /** What the step gives is the execution's answer. */
  isLast: boolean;
}

/** Goes through a flow; the answer is what its last step gives. */
export async function runFlow(execution: Execution, steps: readonly PlannedStep[], onText: (text: string) => void): Promise<string> {
  return await new Flow(execution, onText).run(steps, { parent: null, isLast: true });
}

class Flow {
  readonly #execution: Execution;
  readonly #onText: (text: string) => void;
  readonly #results = new Map<string, string>();

  constructor(execution: Execution, onText: (text: string) => void) {
    this.#execution = execution;
    this.#onText = onText;
  }

  async run(steps: readonly PlannedStep[], { parent, isLast }: Place): Promise<string> {
    let result = '';
    for (const [index, step] of steps.entries()) result = await this.#step(step, { parent, isLast: isLast && index === steps.length - 1 });
    return result;
  }

  async #step(step: PlannedStep, { parent, isLast }: Place): Promise<string> {
    const { trace } = this.#execution.init;
    this.#execution.countStep();
    const entry = trace.begin({ kind: 'step', name: step.id, parent, input: step.type });
    try {
      const result = await this.#execute(step, this.#scope(step), { parent: entry, isLast });
      this.#results.set(step.id, result);
      trace.end(entry, { output: result });
      return result;
    } catch (error) {
      trace.end(entry, { output: '', error: errorText(error) });
      throw error;
    }
  }

  async #execute(step: PlannedStep, scope: Scope, place: Place): Promise<string> {
    switch (step.type) {
      case 'prompt':
        return await this.#prompt(step, scope, place);
      case 'tool':
        return this.#show(await this.#tool(step, scope, place), place);
      case 'branch': {
        const value = fillTemplate(step.value, scope, step.id);
        return await this.run(step.cases.find(({ holds }) => holds(value))?.steps ?? step.otherwise, place);
      }
      case 'loop':
        return this.#show(await this.#loop(step, scope, place), place);
      case 'merge':
        return this.#show(merge(step, scope), place);
    }
  }

  async #prompt(step: Planned<'prompt'>, scope: Scope, { parent, isLast }: Place): Promise<string> {
    const { definition, tools } = this.#execution.init;
    const own = definition.tools.map((tool) => (typeof tool === 'string' ? tool : tool.name));
    const names = step.tools === null ? own : step.tools.filter((name) => own.includes(name));
    return await answer(this.#execution, {
      system: step.system ?? definition.systemPrompt,
      user: fillQuoted(step.prompt, scope, step.id),
      tools: names.flatMap((name) => tools.get(name) ?? []),
      sampling: samplingOf(definition.parameters, step.parameters),
      parent,
      onText: isLast ? this.#onText : () => undefined,
    });
  }

  async #tool(step: Planned<'tool'>, scope: Scope, { parent }: Place): Promise<string> {
    const tool = this.#execution.init.tools.get(step.tool);
    if (tool === undefined) throw new Error(`${step.tool} was not opened`);
    const filled = fillJson(step.arguments, scope, step.id);
    const input = typeof filled === 'object' && filled !== null && !Array.isArray(filled) ? filled : {};
    const result = await this.#execution.callTool(tool, input, parent);
    if (result.isGood) return result.text;
    throw failure('tool_failed', `Step ${step.id}: ${tool.name} failed: ${errorText(result.error)}`, { cause: result.error });
  }

  async #loop(step: Planned<'loop'>, scope: Scope, { parent }: Place): Promise<string> {
    let result = fillTemplate(step.start, scope, step.id);
    for (let round = 1; round <= step.maxRounds; round++) {
      this.#results.set(step.id, result);
      result = await this.run(step.steps, { parent, isLast: false });
      if (step.until?.holds(result) === true) break;
    }
    return result;
  }

  /** What did not come from the model a piece at a time is shown whole. */
  #show(text: string, { isLast }: Place): string {
    if (isLast) this.#onText(text);
    return text;
  }

  #scope(step: PlannedStep): Scope {
    const outer: Scope = { input: this.#execution.init.input, steps: this.#results, named: new Map() };
    return { ...outer, named: new Map(step.inputs.map(([name, template]) => [name, fillTemplate(template, outer, step.id)])) };
  }
}

function merge(step: Planned<'merge'>, scope: Scope): string {
  if (step.as === 'json') return JSON.stringify(Object.fromEntries([['input', scope.input], ...scope.named]));
  const parts = step.parts?.map((part) => fillTemplate(part, scope, step.id)) ?? [...scope.named.values()];
  return parts.join(step.separator);
}

function fillJson(template: JsonTemplate, scope: Scope, stepId: string): Json {
  if ('text' in template) return fillTemplate(template.text, scope, stepId);
  if ('list' in template) return template.list.map((item) => fillJson(item, scope, stepId));
  if ('fields' in template) return Object.fromEntries(template.fields.map(([key, item]) => [key, fillJson(item, scope, stepId)]));
  return template.value;
}
