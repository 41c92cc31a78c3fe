import { z } from 'zod';
import { CampError } from '../../protocol/errors.ts';
import type { Check } from '../../protocol/setup.ts';
import { listGpus } from '../platform/gpuList.ts';
import { trainerFolder } from '../platform/installation.ts';
import { runTrainerCommand } from '../platform/trainerCommand.ts';
import type { DoctorInit } from './doctor.ts';
import { readStamp, venvPaths } from './pythonPaths.ts';

const probeSchema = z.looseObject({ device: z.string(), torch: z.string() });

/** What torch can really do here, and whether it sees the GPU that the driver sees. */
export async function checkTorch(init: DoctorInit): Promise<Check[]> {
  const gpus = await listGpus(init.env);
  const { platform, home, signal, env } = init;
  if (readStamp(home, platform) === undefined) return [gpuCheck(gpus.length, undefined)];
  try {
    const facts = await runTrainerCommand({
      python: venvPaths(home, platform).python,
      trainerFolder: trainerFolder(),
      command: 'probe',
      request: {},
      result: probeSchema,
      env,
      signal,
    });
    const torch: Check = { id: 'torch', status: 'ok', message: `torch ${facts.torch} ran a kernel on ${facts.device}`, hint: null };
    return [torch, gpuCheck(gpus.length, facts.device)];
  } catch (error) {
    if (!(error instanceof CampError)) throw error;
    return [{ id: 'torch', status: 'error', message: error.message, hint: error.hint ?? 'Run: training setup' }, gpuCheck(gpus.length, undefined)];
  }
}

/** `device` is what torch chose, undefined where torch could not be asked. */
export function gpuCheck(gpuCount: number, device: string | undefined): Check {
  const id = 'gpu';
  if (gpuCount === 0) return { id, status: 'ok', message: device === 'mps' ? 'Apple GPU' : 'No NVIDIA GPU: training runs on the CPU, which suits the built-in model.', hint: null };
  if (device === undefined) return { id, status: 'ok', message: `nvidia-smi sees ${gpuCount}; torch was not asked.`, hint: null };
  if (device.startsWith('cuda')) return { id, status: 'ok', message: `nvidia-smi and torch both see the GPU (${gpuCount}).`, hint: null };
  return {
    id,
    status: 'warning',
    message: `nvidia-smi sees ${gpuCount} GPU, torch does not: training would run on the CPU.`,
    hint: 'The driver is older than torch’s CUDA, or torch is a CPU build. Update the driver, or let pip find a fitting build (docs/setup.md), then remove python/venv in the data folder and run: training setup',
  };
}
