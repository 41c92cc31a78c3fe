import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { SessionDocument } from '../../../protocol/camp.ts';
import type { OfferedTool } from '../../agents/executor/tools/tool.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import type { Noted, TrainerOptions } from './ask.ts';
import { generateDefinition } from './generateDefinition.ts';
import { proposeStrategies } from './strategies.ts';
import { trainInputs } from './trainInputs.ts';

/** A quick start's one agent: a strategy that suits the need, and its definition. */
export interface Prototype {
  tag: string;
  approach: string;
  definition: AgentDefinition;
}

/** One balanced agent for a quick start, made as a lineage's agent is. */
export async function makePrototype(model: ChatModel, { document, tools }: { document: SessionDocument; tools: readonly OfferedTool[] }, options: TrainerOptions): Promise<Noted<Prototype>> {
  const { need, constraints } = document.session;
  const proposed = await proposeStrategies(model, { need, constraints, inputs: trainInputs(document).map(({ text }) => text), count: 1, avoid: [] }, options);
  const [strategy] = proposed.value;
  if (strategy === undefined) throw new Error('one strategy was asked for and none came');
  const made = await generateDefinition(model, { document, strategy: { label: 'A', ...strategy }, others: [], prototype: null, tools }, options);
  return { value: { ...strategy, definition: made.value }, notes: [...new Set([...proposed.notes, ...made.notes])] };
}
