import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { canonicalJson } from '../../../../../common/canonicalJson.ts';
import { failure, notFound, usageError } from '../../../../../protocol/errors.ts';
import { mcpApprovalsSchema, mcpFileSchema, type McpListEntry, type McpServer } from '../../../../../protocol/mcp.ts';
import type { Clock } from '../../../../platform/clock.ts';
import { readTextFile, writeFileAtomically } from '../../../../platform/files.ts';
import type { Home, Workspace } from '../../../../platform/workspace.ts';
import { parseSource } from '../../../../runs/sourceDocument.ts';

export interface McpPlaces {
  workspace: Workspace;
  home: Home;
}

export interface ConfiguredServer extends McpListEntry {
  server: McpServer;
}

/** All servers that are written down, those of the home folder first. Starts nothing. */
export function configuredServers({ workspace, home }: McpPlaces): ConfiguredServer[] {
  const own = readServers(path.join(home.root, 'mcp.json'));
  const theirs = readServers(path.join(workspace.codeAgents, 'mcp.json'));
  const approvals = readApprovals(home).approvals.filter((approval) => approval.workspace === rootOf(workspace));
  return [
    ...own.map((entry): ConfiguredServer => ({ ...entry, source: 'home', state: 'user' })),
    ...theirs.map((entry): ConfiguredServer => {
      const approval = approvals.find(({ name }) => name === entry.name);
      const state = own.some(({ name }) => name === entry.name) ? 'shadowed' : approval === undefined ? 'unapproved' : approval.sha256 === entry.sha256 ? 'approved' : 'changed';
      return { ...entry, source: 'workspace', state };
    }),
  ];
}

/** The server that counts under a name. Throws `mcp_server_not_found`. */
export function findServer(places: McpPlaces, name: string): ConfiguredServer {
  const found = configuredServers(places).find((entry) => entry.name === name && entry.state !== 'shadowed');
  if (found === undefined) throw notFound('mcp_server_not_found', `There is no MCP server called ${name}.`, { hint: 'Servers stand in mcp.json of the home folder, or in CodeAgents/mcp.json: training mcp list.' });
  return found;
}

/** Whether a person wrote the server down for themselves, or approved it as it is now. */
export function isTrusted({ state }: ConfiguredServer): boolean {
  return state === 'user' || state === 'approved';
}

/** Throws `mcp_unapproved` for a server of the workspace that nobody approved as it is now. */
export function requireApproved(configured: ConfiguredServer): void {
  if (isTrusted(configured)) return;
  const { name, state, does } = configured;
  throw usageError('mcp_unapproved', `The MCP server ${name} of this workspace is not approved${state === 'changed' ? ' as it is now' : ''}: ${does}`, { hint: `Look at it, and if you trust it: training mcp approve ${name}` });
}

/** A person trusts the entry as it is now. */
export function approveServer(places: McpPlaces, name: string, clock: Clock): void {
  const { sha256, source } = findServer(places, name);
  if (source === 'home') return;
  changeApprovals(places, name, [{ workspace: rootOf(places.workspace), name, sha256, approved: clock.now().toISOString() }]);
}

/** Takes an approval back. */
export function withdrawApproval(places: McpPlaces, name: string): void {
  changeApprovals(places, name, []);
}

type Approval = z.infer<typeof mcpApprovalsSchema>['approvals'][number];

function changeApprovals({ workspace, home }: McpPlaces, name: string, added: Approval[]): void {
  const others = readApprovals(home).approvals.filter((approval) => approval.workspace !== rootOf(workspace) || approval.name !== name);
  writeFileAtomically(approvalsFile(home), `${JSON.stringify({ version: 1, approvals: [...others, ...added] }, null, 2)}\n`);
}

function readApprovals(home: Home): z.infer<typeof mcpApprovalsSchema> {
  const text = readTextFile(approvalsFile(home));
  if (text === null) return { version: 1, approvals: [] };
  try {
    return mcpApprovalsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw failure('mcp_approvals_damaged', `${approvalsFile(home)} can’t be read.`, { hint: 'Delete it and approve the servers again.', cause: error });
  }
}

function approvalsFile(home: Home): string {
  return path.join(home.root, 'mcp-approvals.json');
}

/** A workspace that was moved or is a copy is another one. */
function rootOf(workspace: Workspace): string {
  return realpathSync(workspace.root);
}

function readServers(file: string): Pick<ConfiguredServer, 'name' | 'file' | 'does' | 'sha256' | 'server'>[] {
  const text = readTextFile(file);
  if (text === null) return [];
  const parsed = mcpFileSchema.safeParse(parseSource(file, text).value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw usageError('mcp_config_invalid', `${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`, { hint: 'A server has a command with args, or a url.' });
  }
  return Object.entries(parsed.data.mcpServers).map(([name, server]) => ({ name, file, server, does: describe(server), sha256: createHash('sha256').update(canonicalJson(server)).digest('hex') }));
}

function describe(server: McpServer): string {
  if ('url' in server) return `calls ${server.url}${server.bearerTokenEnv === undefined ? '' : ` with the token in ${server.bearerTokenEnv}`}`;
  const words = [...Object.entries(server.env).map(([key, value]) => `${key}=${JSON.stringify(value)}`), server.command, ...server.args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : JSON.stringify(arg)))];
  return `starts ${words.join(' ')}${server.inheritEnv.length === 0 ? '' : ` with ${server.inheritEnv.join(', ')} from the environment`}`;
}
