import type { AgentDefinition, TraceEntry, Usage } from '../../../protocol/agentDefinitions.ts';
import { failure, usageError } from '../../../protocol/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { answer } from './answer.ts';
import { Execution } from './execution.ts';
import { planFlow, toolsOfFlow } from './flow/planFlow.ts';
import { runFlow } from './flow/runFlow.ts';
import { executionLimits, type ExecutionLimits } from './limits.ts';
import { samplingOf } from './sampling.ts';
import { Trace } from './trace.ts';
import type { ToolBox } from './tools/tool.ts';

export interface ExecutionRequest {
  definition: AgentDefinition;
  input: string;
  model: ChatModel;
  tools: ToolBox;
}

export interface ExecutionOptions {
  signal: AbortSignal;
  /** A piece of the answer that the person will see, as it comes. Steps before the last are seen in the trace. */
  onText: (text: string) => void;
  /** Told when something begins, and again with the same index when it has ended. */
  onTrace: (entry: TraceEntry, index: number) => void;
}

/** What an execution gave. Never empty: an agent that answers nothing has failed. */
export interface Executed {
  text: string;
  /** Of the first messages that were sent, as canonical JSON; of an empty list where the flow asks no model. */
  promptSha256: string;
  trace: TraceEntry[];
  /** Of all calls together. */
  usage: Usage;
  costUsd: number | null;
  model: string;
  seconds: number;
}

/**
 * Executes an agent on one input: its flow, or without one a single answer in which it may call its tools. All lineages
 * of a cycle go this way.
 *
 * The input is the user turn as it is. Memory and what steps gave reach the model as material between markers, what tools
 * answer as the results of their calls. The whole agent is checked before its first call: `tool_not_found`,
 * `model_without_tools`, and the errors of planFlow. Later: `empty_answer`, `answer_too_long`, `execution_timeout`,
 * `too_many_rounds`, `too_many_calls`, `too_many_steps`, `tool_failed` of a flow's step, and whatever the model throws.
 * An abort throws the signal's reason.
 */
export type Execute = (request: ExecutionRequest, options: ExecutionOptions) => Promise<Executed>;

export function makeExecute({ clock, limits = executionLimits }: { clock: Clock; limits?: ExecutionLimits }): Execute {
  return async ({ definition, input, model, tools }, { signal, onText, onTrace }) => {
    const timeUp = AbortSignal.timeout(limits.timeoutMs);
    const either = AbortSignal.any([signal, timeUp]);
    try {
      either.throwIfAborted();
      const flow = planFlow(definition.flow);
      const own = definition.tools.map((tool) => (typeof tool === 'string' ? tool : tool.name));
      if (own.length > 0) await requireTools(model, either);
      const names = [...new Set([...own, ...toolsOfFlow(flow)])];
      const opened = names.length === 0 ? [] : await tools.open(names, either);
      const trace = new Trace({ nowMs: () => clock.monotonicMs(), longest: limits.trace, onTrace });
      const execution = new Execution({ definition, input, model, tools: new Map(opened.map((tool) => [tool.name, tool])), limits, trace, signal: either });
      const offered = opened.filter(({ name }) => own.includes(name));
      const text = flow.length === 0
        ? await answer(execution, { system: definition.systemPrompt, user: [input], tools: offered, sampling: samplingOf(definition.parameters), parent: null, onText })
        : await runFlow(execution, flow, onText);
      if (text.trim() === '') throw failure('empty_answer', 'The flow gave nothing.', { hint: 'Its last step decides what the answer is.' });
      if (text.length > limits.answer) throw failure('answer_too_long', `The answer is longer than ${String(limits.answer)} characters.`);
      return { text, trace: trace.entries, seconds: trace.seconds, ...execution.result };
    } catch (error) {
      signal.throwIfAborted();
      if (!timeUp.aborted) throw error;
      throw failure('execution_timeout', `The agent took longer than ${String(limits.timeoutMs / 1000)} seconds.`, { hint: 'Try again, or give it less to do.', cause: error });
    }
  };
}

async function requireTools(model: ChatModel, signal: AbortSignal): Promise<void> {
  const { hasTools } = await model.capabilities(signal);
  if (!hasTools) throw usageError('model_without_tools', `The agent has tools, and ${model.label} can’t call any.`, { hint: 'Choose a model that can, or call them from a flow’s steps instead: those need no model.' });
}
