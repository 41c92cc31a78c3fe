import path from 'node:path';
import { z } from 'zod';
import { failure } from '../../protocol/errors.ts';
import { runCommand } from '../platform/command.ts';
import { trainerFolder } from '../platform/installation.ts';
import { explainPip } from './pipFailure.ts';
import { pythonEnvironment, venvPaths } from './pythonPaths.ts';
import type { SetupInit } from './setup.ts';

const lineSchema = z.union([
  z.looseObject({ kind: z.literal('error'), code: z.string(), message: z.string(), hint: z.string().nullish() }),
  z.looseObject({ kind: z.string(), fraction: z.number().nullish() }),
]);

export interface ImportOptions {
  gguf: string;
  /** Gets `hf/` (safetensors, tokenizer, configuration) and `model-f16.gguf`. */
  folder: string;
  onProgress: (fraction: number) => void;
}

/** Runs the trainer's `import-gguf`: the quantised file becomes safetensors for training and an F16 GGUF for inference. */
export async function importGguf(init: SetupInit, options: ImportOptions): Promise<void> {
  const result = await runCommand({
    file: venvPaths(init.home, init.platform).python,
    args: ['-m', 'training_camp', 'import-gguf'],
    env: { ...pythonEnvironment(init.env), PYTHONPATH: trainerFolder() },
    input: JSON.stringify({ source: options.gguf, output: path.join(options.folder, 'hf'), ggufOutput: path.join(options.folder, 'model-f16.gguf') }),
    signal: init.signal,
    onLine: (line) => {
      const event = parseLine(line);
      if (event !== undefined && 'fraction' in event && typeof event.fraction === 'number') options.onProgress(event.fraction);
    },
  });
  if (result.exitCode === 0) return;
  const error = result.stdout.split('\n').map(parseLine).find((line) => line?.kind === 'error');
  if (error !== undefined && 'message' in error && typeof error.message === 'string') {
    const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : 'Run: training setup';
    throw failure('code' in error && typeof error.code === 'string' ? error.code : 'import_failed', error.message, { hint });
  }
  throw explainPip('the built-in model', result.tail);
}

function parseLine(line: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    // A library's own words.
    return undefined;
  }
}
