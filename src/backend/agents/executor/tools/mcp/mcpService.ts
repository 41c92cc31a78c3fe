import type { z } from 'zod';
import { needsConfirmation } from '../../../../../protocol/errors.ts';
import type { McpListEntry, mcpTestResultSchema } from '../../../../../protocol/mcp.ts';
import type { Clock } from '../../../../platform/clock.ts';
import { approveServer, configuredServers, findServer, withdrawApproval, type ConfiguredServer } from './mcpConfig.ts';
import { McpServers, type McpServersInit } from './mcpServers.ts';

/** What a person does with MCP servers. */
export interface McpService {
  list(): McpListEntry[];
  /** Throws `mcp_approval` (needs confirmation), which says what the server does, until it is confirmed. */
  approve(name: string, isConfirmed: boolean): McpListEntry;
  /** Takes the approval back. */
  remove(name: string): McpListEntry;
  /** Starts or calls the server, lists its tools, and ends it. */
  test(name: string, signal: AbortSignal): Promise<z.input<typeof mcpTestResultSchema>>;
  /** For executions; whoever takes them disposes them. */
  open(): McpServers;
}

export function makeMcp(init: McpServersInit & { clock: Clock }): McpService {
  return {
    list: () => configuredServers(init).map(entryOf),
    approve: (name, isConfirmed) => {
      const found = findServer(init, name);
      if (!isConfirmed && found.state !== 'user' && found.state !== 'approved') {
        throw needsConfirmation('mcp_approval', `${name} of ${found.file} ${found.does}`, { hint: 'Everything that it can do, agents can make it do. If you trust it, repeat with --yes.' });
      }
      approveServer(init, name, init.clock);
      return entryOf(findServer(init, name));
    },
    remove: (name) => {
      const found = findServer(init, name);
      withdrawApproval(init, found.name);
      return entryOf(findServer(init, name));
    },
    test: async (name, signal) => {
      const started = init.clock.monotonicMs();
      const servers = new McpServers(init);
      try {
        const tools = await servers.tools(name, signal);
        return { server: entryOf(findServer(init, name)), tools: tools.map((tool) => ({ name: `${name}/${tool.name}`, description: tool.description })), seconds: (init.clock.monotonicMs() - started) / 1000 };
      } finally {
        await servers.dispose();
      }
    },
    open: () => new McpServers(init),
  };
}

function entryOf({ name, source, file, does, sha256, state }: ConfiguredServer): McpListEntry {
  return { name, source, file, does, sha256, state };
}
