import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { failure, usageError } from '../../../../../protocol/errors.ts';
import type { McpServer } from '../../../../../protocol/mcp.ts';
import { version } from '../../../../version.ts';
import { StdioTransport } from './stdioTransport.ts';

const connectMs = 30_000;
const longestResponse = 10 * 1024 * 1024;

export interface ConnectInit {
  name: string;
  server: McpServer;
  /** Programs are started in it. */
  root: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onClose: () => void;
}

/**
 * Starts or calls a server and shakes hands. We offer it nothing: no files, no model, no questions to the person.
 * Throws `mcp_connect_failed`, with the end of what the program said.
 */
export async function connectServer({ name, server, root, env, signal, onClose }: ConnectInit): Promise<Client> {
  const transport = 'url' in server ? httpTransport(name, server, env) : new StdioTransport({ file: server.command, args: server.args, cwd: root, env: programEnv(server, env) });
  const client = new Client({ name: 'training-camp', version }, { capabilities: {} });
  client.onclose = onClose;
  try {
    // The package declares its own transport's session id in a way that exact optional types refuse.
    await client.connect(transport, { signal, timeout: connectMs });
    return client;
  } catch (error) {
    await client.close().catch(() => undefined);
    await transport.close();
    signal.throwIfAborted();
    const log = transport instanceof StdioTransport ? (transport.exit?.log.trim().slice(-500) ?? '') : '';
    throw failure('mcp_connect_failed', `The MCP server ${name} does not answer: ${error instanceof Error ? error.message : String(error)}${log === '' ? '' : `\n${log}`}`, { hint: `Try it alone: training mcp test ${name}`, cause: error });
  }
}

/** What every program needs to run at all, and what the entry names. Keys of ours are not among it. */
function programEnv({ env: own, inheritEnv }: Extract<McpServer, { command: string }>, env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [...basicNames, ...inheritEnv];
  const basic = names.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]] satisfies [string, string]]));
  return { ...Object.fromEntries(basic), ...own };
}

const basicNames = ['PATH', 'Path', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'USERNAME', 'HOMEDRIVE', 'HOMEPATH', 'SYSTEMROOT', 'SystemRoot', 'SYSTEMDRIVE', 'PATHEXT', 'COMSPEC', 'ComSpec', 'PROGRAMFILES', 'PROCESSOR_ARCHITECTURE', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'];

function httpTransport(name: string, { url: text, bearerTokenEnv }: Extract<McpServer, { url: string }>, env: NodeJS.ProcessEnv): Transport {
  const url = new URL(text);
  const isLoopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
  if (url.protocol !== 'https:' && !isLoopback) throw usageError('mcp_insecure', `The MCP server ${name} would be called over http, and it is not on this machine.`, { hint: 'Use https.' });
  const token = bearerTokenEnv === undefined ? undefined : env[bearerTokenEnv];
  if (bearerTokenEnv !== undefined && (token === undefined || token === '')) throw usageError('mcp_token_missing', `The MCP server ${name} needs a token in the environment variable ${bearerTokenEnv}.`);
  return new StreamableHTTPClientTransport(url, {
    requestInit: { redirect: 'error', ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }) },
    fetch: fetchBounded,
    reconnectionOptions: { maxRetries: 1, initialReconnectionDelay: 500, maxReconnectionDelay: 2000, reconnectionDelayGrowFactor: 2 },
  });
}

/** A response that is longer than anybody needs breaks off. */
async function fetchBounded(url: string | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.body === null) return response;
  let length = 0;
  const bounded = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        length += chunk.byteLength;
        if (length > longestResponse) controller.error(new Error('The response is too long.'));
        else controller.enqueue(chunk);
      },
    }),
  );
  return new Response(bounded, { status: response.status, statusText: response.statusText, headers: response.headers });
}
