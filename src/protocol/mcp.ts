import { z } from 'zod';

/**
 * MCP servers whose tools agents may call as `server/tool`: `mcp.json` in the home folder, which is the person's own, or
 * `CodeAgents/mcp.json`, which comes with a workspace and is used only once a person has approved each entry.
 */

export const mcpNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'a server’s name has letters, digits, dot, dash and underscore');

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable');

export const mcpServerSchema = z.union([
  z.strictObject({
    type: z.literal('stdio').optional(),
    command: z.string().min(1).max(1000).describe('A program; it is started without a shell.'),
    args: z.array(z.string().max(10_000)).max(100).default([]),
    env: z.record(environmentName, z.string()).default({}).describe('Added to the few variables that every server gets.'),
    inheritEnv: z.array(environmentName).max(100).default([]).describe('Variables that it gets as they are here, such as the name of a key.'),
  }),
  z.strictObject({
    type: z.enum(['http', 'streamable-http']).optional(),
    url: z.url({ protocol: /^https?$/ }).describe('Over http only on this machine.'),
    bearerTokenEnv: environmentName.optional().describe('Environment variable that holds the token.'),
  }),
]);
export type McpServer = z.infer<typeof mcpServerSchema>;

export const mcpFileSchema = z.looseObject({ mcpServers: z.record(mcpNameSchema, mcpServerSchema).default({}) });

/** user: of the home folder · approved · changed: it was approved and is another now · unapproved · shadowed: the home folder has one of the same name. */
export const mcpStateSchema = z.enum(['user', 'approved', 'changed', 'unapproved', 'shadowed']);

export const mcpListEntrySchema = z.object({
  name: mcpNameSchema,
  source: z.enum(['home', 'workspace']),
  file: z.string(),
  /** What would be started or called, as it is written. */
  does: z.string(),
  sha256: z.string(),
  state: mcpStateSchema,
});
export type McpListEntry = z.infer<typeof mcpListEntrySchema>;
export const mcpListResultSchema = z.object({ servers: z.array(mcpListEntrySchema) });
export const mcpChangeResultSchema = z.object({ server: mcpListEntrySchema });
export const mcpTestResultSchema = z.object({
  server: mcpListEntrySchema,
  tools: z.array(z.object({ name: z.string(), description: z.string() })),
  seconds: z.number().nonnegative(),
});

export const mcpApprovalsSchema = z.object({
  version: z.literal(1),
  approvals: z.array(z.object({ workspace: z.string(), name: mcpNameSchema, sha256: z.string(), approved: z.iso.datetime() })),
});
