import type { ToolDefinition } from '../../../../protocol/datasets.ts';
import { notFound } from '../../../../protocol/errors.ts';
import { systemClock, type Clock } from '../../../platform/clock.ts';
import { calculator } from './builtIn/calculator.ts';
import { dateTool } from './builtIn/date.ts';
import { jsonQuery } from './builtIn/jsonQuery.ts';
import { regex } from './builtIn/regex.ts';
import { workspaceSearch } from './builtIn/workspaceSearch.ts';
import type { Tool, ToolBox } from './tool.ts';

/** Tools that are always there, by the names that agents call them. */
export const builtInToolNames = ['calculator', 'json_query', 'regex', 'date', 'workspace_search'] as const;

/** Tools of other programs, named `server/tool`. */
export interface ToolServers {
  open(server: string, tool: string, signal: AbortSignal): Promise<Tool>;
  offered: ToolBox['offered'];
  dispose(): Promise<void>;
}

export interface ToolBoxInit {
  /** The workspace's root. */
  root: string;
  clock: Clock;
  servers: ToolServers;
}

export function makeToolBox({ root, clock, servers }: ToolBoxInit): ToolBox {
  const builtIn = new Map(builtInTools(root, clock).map((tool) => [tool.name, tool]));
  const open = async (name: string, signal: AbortSignal): Promise<Tool> => {
    const tool = builtIn.get(name);
    if (tool !== undefined) return tool;
    const [, server, inner] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
    if (server !== undefined && inner !== undefined) return await servers.open(server, inner, signal);
    throw notFound('tool_not_found', `There is no tool called ${name}.`, { hint: `Built in: ${builtInToolNames.join(', ')}. Those of MCP servers are called server/tool: training mcp list.` });
  };
  return {
    open: async (names, signal) => await Promise.all(names.map(async (name) => await open(name, signal))),
    offered: async (options) => [
      ...[...builtIn.values()].map(({ name, definition }) => ({ name, description: typeof definition.function.description === 'string' ? definition.function.description : '' })),
      ...(await servers.offered(options)),
    ],
    dispose: async () => await servers.dispose(),
  };
}

/** How a built-in tool is told to a model; null for a name that is none. */
export function builtInDefinition(name: string): ToolDefinition | null {
  return builtInTools('', systemClock).find((tool) => tool.name === name)?.definition ?? null;
}

function builtInTools(root: string, clock: Clock): Tool[] {
  return [calculator, jsonQuery, regex, dateTool(clock), workspaceSearch(root, clock)];
}
