import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { z } from 'zod';
import { failure, notFound } from '../../../../../protocol/errors.ts';
import type { OfferedTool, Tool, ToolBox } from '../tool.ts';
import type { ToolServers } from '../toolBox.ts';
import { configuredServers, findServer, isTrusted, requireApproved, type McpPlaces } from './mcpConfig.ts';

const callMs = 60_000;
/** A server that takes longer to say what it has is passed over. */
const offerMs = 20_000;
const mostTools = 500;
const longestDescription = 2000;

export interface McpServersInit extends McpPlaces {
  env: NodeJS.ProcessEnv;
}

/** What a server says of a tool of its. */
export interface ServerTool {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

interface Connection {
  client: Client;
  tools: ServerTool[];
}

/**
 * The MCP servers of a workspace and its person: connected on first need, kept until `dispose`, which ends every process.
 * A server that has died is started again by the next call.
 */
export class McpServers implements ToolServers {
  readonly #init: McpServersInit;
  readonly #connections = new Map<string, Promise<Connection>>();
  #isDisposed = false;

  constructor(init: McpServersInit) {
    this.#init = init;
  }

  /** Errors: `mcp_server_not_found`, `mcp_unapproved`, `mcp_connect_failed`, `tool_not_found`. */
  async open(server: string, tool: string, signal: AbortSignal): Promise<Tool> {
    const { tools } = await this.#connect(server, signal);
    const found = tools.find(({ name }) => name === tool);
    if (found === undefined) throw notFound('tool_not_found', `The MCP server ${server} has no tool called ${tool}.`, { hint: `It has: ${tools.map(({ name }) => name).slice(0, 30).join(', ')}.` });
    return {
      name: `${server}/${tool}`,
      definition: { type: 'function', function: { name: wireName(server, tool), description: found.description, parameters: found.inputSchema } },
      call: async (input, callSignal) => await this.#call(server, tool, input, callSignal),
    };
  }

  async tools(server: string, signal: AbortSignal): Promise<ServerTool[]> {
    return (await this.#connect(server, signal)).tools;
  }

  /** Tools of every server that a person trusts. One that can't be reached is told of and holds up nobody. */
  async offered({ signal, onProblem }: Parameters<ToolBox['offered']>[0]): Promise<OfferedTool[]> {
    const trusted = configuredServers(this.#init).filter(isTrusted);
    const offers = await Promise.all(trusted.map(async ({ name }): Promise<OfferedTool[]> => {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(new Error(`no answer within ${String(offerMs / 1000)} s`)), offerMs);
      try {
        const tools = await this.tools(name, AbortSignal.any([signal, late.signal]));
        return tools.map((tool) => ({ name: `${name}/${tool.name}`, description: tool.description }));
      } catch (error) {
        signal.throwIfAborted();
        onProblem(`The tools of the MCP server ${name} are not offered: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      } finally {
        // An abort after the answer would tell a server that serves an agent by now that it is not wanted.
        clearTimeout(timer);
      }
    }));
    return offers.flat();
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(connections.map(async (connection) => {
      // One that never came up has nothing to close.
      const opened = await connection.catch(() => null);
      await opened?.client.close();
    }));
  }

  async #connect(name: string, signal: AbortSignal): Promise<Connection> {
    if (this.#isDisposed) throw new Error('the servers are closed');
    const configured = findServer(this.#init, name);
    requireApproved(configured);
    // An entry that was changed and approved again is another server.
    const key = `${name} ${configured.sha256}`;
    const known = this.#connections.get(key);
    if (known !== undefined) {
      // Whoever began it may have been cancelled; that is no reason for the others.
      const opened = await known.catch(() => null);
      if (opened !== null) return opened;
      signal.throwIfAborted();
      return await this.#connect(name, signal);
    }
    const forget = () => void this.#connections.delete(key);
    const opening = (async (): Promise<Connection> => {
      // The package is large, and most agents have no such tools.
      const { connectServer } = await import('./connect.ts');
      const client = await connectServer({ name, server: configured.server, root: this.#init.workspace.root, env: this.#init.env, signal, onClose: forget });
      try {
        return { client, tools: await listTools(client, signal) };
      } catch (error) {
        await client.close();
        throw error;
      }
    })();
    this.#connections.set(key, opening);
    opening.catch(forget);
    return await opening;
  }

  async #call(server: string, tool: string, input: Record<string, unknown>, signal: AbortSignal): Promise<string> {
    const { client } = await this.#connect(server, signal);
    const result = await client.callTool({ name: tool, arguments: input }, undefined, { signal, timeout: callMs });
    const { content, structuredContent, isError } = resultSchema.parse(result);
    const texts = content.map(contentText);
    const text = texts.length === 0 && structuredContent !== undefined ? JSON.stringify(structuredContent) : texts.join('\n');
    if (isError === true) throw failure('tool_failed', text === '' ? `${server}/${tool} failed.` : text);
    return text;
  }
}

const resultSchema = z.looseObject({
  content: z.array(z.looseObject({ type: z.string() })).default([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
});

async function listTools(client: Client, signal: AbortSignal): Promise<ServerTool[]> {
  const tools: ServerTool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor }, { signal });
    tools.push(...page.tools.map(({ name, description = '', inputSchema }) => ({ name, description: description.slice(0, longestDescription), inputSchema })));
    cursor = page.nextCursor;
  } while (cursor !== undefined && tools.length < mostTools);
  return tools;
}

/** What a model can read of a result: texts, and of the rest what it is. */
function contentText(part: z.infer<typeof resultSchema>['content'][number]): string {
  if (part.type === 'text' && typeof part['text'] === 'string') return part['text'];
  const resource = z.looseObject({ resource: z.looseObject({ text: z.string() }) }).safeParse(part);
  if (resource.success) return resource.data.resource.text;
  return `[${part.type}${typeof part['mimeType'] === 'string' ? ` ${part['mimeType']}` : ''}${typeof part['uri'] === 'string' ? ` ${part['uri']}` : ''}]`;
}

/** Functions are named with 64 letters, digits, - and _ at most. */
function wireName(server: string, tool: string): string {
  return `${server}__${tool}`.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
}
