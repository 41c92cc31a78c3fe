import type { AgentDefinition, TraceEntry, Usage } from '../../../protocol/agentDefinitions.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import type { ToolBox } from './tools/tool.ts';

export interface ExecutionRequest {
  definition: AgentDefinition;
  input: string;
  model: ChatModel;
  tools: ToolBox;
}

export interface ExecutionOptions {
  signal: AbortSignal;
  /** The answer that the person will see, as it grows. Steps before the last are seen in the trace. */
  onText: (text: string) => void;
  onTrace: (entry: TraceEntry, index: number) => void;
}

/** What an execution gave. Never empty: an agent that answers nothing has failed. */
export interface Executed {
  text: string;
  /** Of the first messages that were sent, as canonical JSON. */
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
 */
export type Execute = (request: ExecutionRequest, options: ExecutionOptions) => Promise<Executed>;
