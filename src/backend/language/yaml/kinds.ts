import { z } from 'zod';
import { agentSchema } from '../../../protocol/agents.ts';
import { drillSchema } from '../../../protocol/drills.ts';
import { campaignFileSchema, profileFileSchema, workspaceConfigSchema } from '../../../protocol/trainingFiles.ts';

export type FileKindName = 'agent' | 'drill' | 'profile' | 'campaign' | 'config';

/** What a file of CodeAgents holds, by its place. */
export interface FileKind {
  name: FileKindName;
  schema: z.ZodType;
  /** The schema as JSON Schema, for completion and hovers. */
  tree: unknown;
  /** Where training options stand; null where there are none. */
  optionsAt: readonly string[] | null;
  /** The name that the file must carry inside; null where any will do. */
  expectedName: string | null;
}

/** `relative` is the path from the workspace's root, with slashes. Null for a file that has no schema. */
export function kindOf(relative: string): FileKind | null {
  const found = places.find(({ pattern }) => pattern.test(relative));
  if (found === undefined) return null;
  const name = found.pattern.exec(relative)?.[1] ?? null;
  return { name: found.kind, schema: found.schema, tree: treeOf(found.kind, found.schema), optionsAt: found.optionsAt, expectedName: name };
}

interface Place {
  kind: FileKindName;
  pattern: RegExp;
  schema: z.ZodType;
  optionsAt: readonly string[] | null;
}

const places: readonly Place[] = [
  { kind: 'agent', pattern: /^CodeAgents\/([^/]+)\/agent\.ya?ml$/, schema: agentSchema, optionsAt: null },
  { kind: 'drill', pattern: /^CodeAgents\/drills\/([^/]+)\.ya?ml$/, schema: drillSchema, optionsAt: null },
  { kind: 'profile', pattern: /^CodeAgents\/models\/([^/]+)\.ya?ml$/, schema: profileFileSchema, optionsAt: ['defaults'] },
  { kind: 'campaign', pattern: /^CodeAgents\/campaigns\/([^/]+)\.ya?ml$/, schema: campaignFileSchema, optionsAt: ['overrides'] },
  { kind: 'config', pattern: /^CodeAgents\/training\.config\.json$/, schema: workspaceConfigSchema, optionsAt: [] },
];

const trees = new Map<FileKindName, unknown>();

function treeOf(kind: FileKindName, schema: z.ZodType): unknown {
  const known = trees.get(kind) ?? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  trees.set(kind, known);
  return known;
}
