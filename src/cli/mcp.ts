import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { mcpChangeResultSchema, mcpListResultSchema, mcpTestResultSchema, type McpListEntry } from '../protocol/mcp.ts';
import { defineCommand } from './command.ts';
import type { Output } from './output.ts';
import { renderTable } from './table.ts';

const serverArgument = { name: 'server', description: 'a server by its name in mcp.json', isRequired: true };
const input = z.object({ server: z.string().min(1) });

export const mcpListCommand = defineCommand({
  name: 'mcp list',
  summary: 'List the MCP servers whose tools agents may call',
  details: 'Reads mcp.json of the data folder and CodeAgents/mcp.json. Starts nothing, writes nothing.',
  examples: ['training mcp list'],
  input: z.object({}),
  result: mcpListResultSchema,
  run: async ({ services }) => await Promise.resolve({ servers: services.mcp.list() }),
  print: ({ servers }, out) => {
    if (servers.length === 0) {
      out.line('No MCP servers.');
      out.note('Write them into CodeAgents/mcp.json: {"mcpServers": {"name": {"command": …, "args": […]}}}');
      return;
    }
    out.line(renderTable(out, [{ title: 'server' }, { title: 'from' }, { title: 'state' }, { title: 'does', maxWidth: 100 }], servers.map(({ name, source, state, does }) => [name, source, state, does])));
  },
});

export const mcpApproveCommand = defineCommand({
  name: 'mcp approve',
  summary: 'Let agents of this workspace use an MCP server of it',
  details: 'Says what the server would start or call, and asks for --yes. The approval is kept in the data folder and holds for the entry as it is: one that changes is asked for again.',
  args: [serverArgument],
  examples: ['training mcp approve files', 'training mcp approve files --yes'],
  input,
  result: mcpChangeResultSchema,
  run: async ({ services, isConfirmed }, { server }) => await Promise.resolve({ server: services.mcp.approve(server, isConfirmed) }),
  print: ({ server }, out) => printState(server, out),
});

export const mcpRemoveCommand = defineCommand({
  name: 'mcp remove',
  summary: 'Take the approval of an MCP server back',
  details: 'Removes the approval from the data folder. The entry in mcp.json stays.',
  args: [serverArgument],
  examples: ['training mcp remove files'],
  input,
  result: mcpChangeResultSchema,
  run: async ({ services }, { server }) => await Promise.resolve({ server: services.mcp.remove(server) }),
  print: ({ server }, out) => printState(server, out),
});

export const mcpTestCommand = defineCommand({
  name: 'mcp test',
  summary: 'Start or call an MCP server and list its tools',
  details: 'Starts the program, or calls the address, asks for its tools, and ends it. Writes nothing.',
  args: [serverArgument],
  examples: ['training mcp test files'],
  input,
  result: mcpTestResultSchema,
  run: async ({ services, signal }, { server }) => await services.mcp.test(server, signal),
  print: ({ server, tools, seconds }, out) => {
    out.line(`${server.name} answered in ${seconds.toFixed(1)} s with ${tools.length === 1 ? '1 tool' : `${String(tools.length)} tools`}.`);
    if (tools.length > 0) out.line(renderTable(out, [{ title: 'tool', maxWidth: 60 }, { title: 'does', maxWidth: 100 }], tools.map(({ name, description }) => [name, description])));
  },
});

function printState({ name, state, does }: McpListEntry, out: Output): void {
  out.line(`${name} is ${state}: ${plainText(does)}`);
}
