import path from 'node:path';
import { z } from 'zod';
import { trainerFolder } from '../platform/installation.ts';
import { runTrainerCommand } from '../platform/trainerCommand.ts';
import { venvPaths } from './pythonPaths.ts';
import type { SetupInit } from './setup.ts';

export interface ImportOptions {
  gguf: string;
  /** Gets `hf/` (safetensors, tokenizer, configuration) and `model-f16.gguf`. */
  folder: string;
  onProgress: (fraction: number) => void;
}

/** Runs the trainer's `import-gguf`: the quantised file becomes safetensors for training and an F16 GGUF for inference. */
export async function importGguf(init: SetupInit, options: ImportOptions): Promise<void> {
  await runTrainerCommand({
    python: venvPaths(init.home, init.platform).python,
    trainerFolder: trainerFolder(),
    command: 'import-gguf',
    request: { source: options.gguf, output: path.join(options.folder, 'hf'), ggufOutput: path.join(options.folder, 'model-f16.gguf') },
    result: z.looseObject({ tensors: z.int() }),
    env: init.env,
    signal: init.signal,
    onProgress: (progress) => {
      if (typeof progress.fraction === 'number') options.onProgress(progress.fraction);
    },
  });
}
