import { z } from 'zod';

/** The parts of a JSON Schema that completion and hovers read. */
const nodeSchema = z.looseObject({
  description: z.string().optional(),
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
});
export type SchemaNode = z.infer<typeof nodeSchema>;

/** Every schema that may hold at a path: alternatives count each. */
export function nodesAt(tree: unknown, path: readonly (string | number)[]): SchemaNode[] {
  let nodes = alternatives(tree);
  for (const step of path) {
    nodes = nodes.flatMap((node) => (typeof step === 'number' ? alternatives(node.items) : alternatives(node.properties?.[step])));
  }
  return nodes;
}

/** The keys that a mapping may have, with what they mean. */
export function keysOf(nodes: readonly SchemaNode[]): Map<string, SchemaNode> {
  const keys = new Map<string, SchemaNode>();
  for (const node of nodes) {
    for (const [key, child] of Object.entries(node.properties ?? {})) if (key !== '$schema' && !keys.has(key)) keys.set(key, nodeSchema.parse(child));
  }
  return keys;
}

/** The values that a place may have, where they can be counted. */
export function valuesOf(nodes: readonly SchemaNode[]): string[] {
  const values = nodes.flatMap((node) => {
    if (node.enum !== undefined) return node.enum.map(String);
    if (typeof node.const === 'string' || typeof node.const === 'number') return [String(node.const)];
    if (node.type === 'boolean') return ['true', 'false'];
    return node.type === 'null' ? ['null'] : [];
  });
  return [...new Set(values)];
}

export function descriptionAt(tree: unknown, path: readonly (string | number)[]): string | null {
  const parent = nodesAt(tree, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof last === 'number' || last === undefined) return nodesAt(tree, path).find(({ description }) => description !== undefined)?.description ?? null;
  for (const node of parent) {
    const parsed = nodeSchema.safeParse(node.properties?.[last]);
    if (parsed.success && parsed.data.description !== undefined) return parsed.data.description;
  }
  return null;
}

function alternatives(raw: unknown): SchemaNode[] {
  const parsed = nodeSchema.safeParse(raw);
  if (!parsed.success) return [];
  return parsed.data.anyOf === undefined ? [parsed.data] : parsed.data.anyOf.flatMap(alternatives);
}
