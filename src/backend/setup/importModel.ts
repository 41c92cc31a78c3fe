import path from 'node:path';
import { z } from 'zod';
import { trainerFolder } from '../platform/installation.ts';
import { runTrainerCommand } from '../platform/trainerCommand.ts';
import { venvPaths } from './pythonPaths.ts';
import type { SetupInit } from './setup.ts';

const resultSchema = z.looseObject({ tensors: z.int() });

interface ImportOptions {
  gguf: string;
  /** Gets `hf/` (safetensors, tokenizer, configuration) and `model-f16.gguf`. */
  folder: string;
  onProgress: (fraction: number) => void;
}

/** Runs the trainer's `import-gguf`: the quantised file becomes safetensors for training and an F16 GGUF for inference. */
export async function importGguf(init: SetupInit, options: ImportOptions): Promise<void> {
  await runTrainerCommand({
    ...place(init),
    command: 'import-gguf',
    request: { source: options.gguf, output: path.join(options.folder, 'hf'), ggufOutput: path.join(options.folder, 'model-f16.gguf') },
    result: resultSchema,
    onProgress: (progress) => {
      if (typeof progress.fraction === 'number') options.onProgress(progress.fraction);
    },
  });
}

/** Runs the trainer's `import-embedding`: `hf/` of a folder becomes `model-f16.gguf` beside it. */
export async function importEncoder(init: SetupInit, { folder, name, licence }: { folder: string; name: string; licence: string }): Promise<void> {
  await runTrainerCommand({
    ...place(init),
    command: 'import-embedding',
    request: { source: path.join(folder, 'hf'), ggufOutput: path.join(folder, 'model-f16.gguf'), name, license: licence.toLowerCase() },
    result: resultSchema,
  });
}

function place({ home, platform, env, signal }: SetupInit) {
  return { python: venvPaths(home, platform).python, trainerFolder: trainerFolder(), env, signal };
}
