import type { ToolDefinition } from '../../../../protocol/datasets.ts';

/** A tool that can be called, wherever it lives. */
export interface Tool {
  readonly name: string;
  readonly definition: ToolDefinition;
  /** Its answer as text. What it throws is told to the model as the call's result, and stands in the trace. */
  call(input: Record<string, unknown>, signal: AbortSignal): Promise<string>;
}

/** A tool as somebody is told of it who may choose it. What a server says of its tools is data like any other text. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
}

/** The tools of one workspace: built in, and those of its MCP servers. */
export interface ToolBox {
  /** The named tools; one that is not there is a `tool_not_found` error. */
  open(names: readonly string[], signal: AbortSignal): Promise<Tool[]>;
  /** All that an agent can be given: those of servers only where a person trusts the server and it answers. */
  offered(options: { signal: AbortSignal; onProblem: (problem: string) => void }): Promise<OfferedTool[]>;
  dispose(): Promise<void>;
}
