import { execa } from 'execa';
import path from 'node:path';
import { z } from 'zod';

const probeSchema = z.object({
  importMs: z.number(),
  activateMs: z.number(),
  /** Scripts in the order of their loading. */
  loaded: z.array(z.object({ file: z.string(), sizeBytes: z.int() })),
  /** Functions by which a process or thread was started. */
  started: z.array(z.string()),
  /** Files and folders of the workspace that were opened. */
  opened: z.array(z.string()),
});
export type Activation = z.infer<typeof probeSchema>;

/** Loads and activates an extension in a Node of its own, under a stub of the editor. */
export async function activateUnderStub(init: { entry: string; workspace: string; isTrusted?: boolean }): Promise<Activation> {
  const env = { STUB_WORKSPACE: init.workspace, STUB_EXTENSION: path.resolve(import.meta.dirname, '../../..'), ...(init.isTrusted === false ? { STUB_UNTRUSTED: '1' } : {}) };
  const { stdout } = await execa(process.execPath, [path.join(import.meta.dirname, 'probe.ts'), init.entry], { env });
  return probeSchema.parse(JSON.parse(stdout));
}
