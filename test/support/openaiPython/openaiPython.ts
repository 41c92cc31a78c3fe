import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Home } from '../../../src/backend/platform/workspace.ts';
import { runPython } from '../trainerPython.ts';

/** Where `npm test` installs the public Python client, for the trainer's Python. */
export const openaiPackages = path.resolve(import.meta.dirname, '..', '..', '..', '.tools', 'python-openai');

const call = z.tuple([z.string(), z.record(z.string(), z.unknown())]);
const drivenSchema = z.object({
  models: z.array(z.string()),
  text: z.string(),
  tokens: z.int(),
  streamed: z.string(),
  calls: z.array(call),
  streamedCalls: z.array(call),
  refusals: z.array(z.object({ kind: z.string(), code: z.string() })),
});

/** Drives a server by the public Python client, which `npm test` installs with the other tools. */
export async function driveByPython(home: Home, asked: { url: string; key: string; model: string; messages: unknown[]; tools: unknown }): Promise<z.output<typeof drivenSchema>> {
  if (!existsSync(path.join(openaiPackages, 'openai'))) throw new Error(`the Python client is not in ${openaiPackages}: “node test/run.ts system” installs it`);
  const script = path.join(import.meta.dirname, 'drive.py');
  return drivenSchema.parse(JSON.parse(await runPython(home, [script], JSON.stringify(asked), { PYTHONPATH: openaiPackages })));
}
