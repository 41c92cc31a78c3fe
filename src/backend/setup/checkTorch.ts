import { z } from 'zod';
import { CampError } from '../../protocol/errors.ts';
import type { Check } from '../../protocol/setup.ts';
import { listGpus } from '../platform/gpuList.ts';
import { trainerFolder } from '../platform/installation.ts';
import { runTrainerCommand } from '../platform/trainerCommand.ts';
import type { DoctorInit } from './doctor.ts';
import { readStamp, venvPaths } from './pythonPaths.ts';

const probeSchema = z.looseObject({
  packages: z.looseObject({ torch: z.string().nullable() }),
  devices: z.array(z.looseObject({ id: z.string(), works: z.boolean(), error: z.string().nullable() })).min(1),
});

/** What torch can really do here, and whether it sees the GPU that the driver sees. */
export async function checkTorch(init: DoctorInit): Promise<Check[]> {
  const gpus = await listGpus(init.env);
  const { platform, home, signal, env } = init;
  if (readStamp(home, platform) === null) return [gpuCheck(gpus.length, undefined)];
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
    const working = facts.devices.filter((device) => device.works).map((device) => device.id);
    return [...facts.devices.map((device) => deviceCheck(device, facts.packages.torch)), gpuCheck(gpus.length, working.find((id) => id !== 'cpu') ?? 'cpu')];
  } catch (error) {
    if (!(error instanceof CampError)) throw error;
    return [{ id: 'torch', status: 'error', message: error.message, hint: error.hint ?? 'Run: training setup' }, gpuCheck(gpus.length, undefined)];
  }
}

function deviceCheck(device: { id: string; works: boolean; error: string | null }, version: string | null): Check {
  const id = device.id === 'cpu' ? 'torch' : `torch-${device.id}`;
  if (device.works) return { id, status: 'ok', message: `torch ${version ?? ''} ran a kernel and its gradient on ${device.id}.`, hint: null };
  const message = `torch ${version ?? ''} cannot compute on ${device.id}: ${device.error ?? 'no reason given'}`;
  return { id, status: device.id === 'cpu' ? 'error' : 'warning', message, hint: 'Remove python/venv in the data folder and run: training setup' };
}

/** `device` is the best that torch can compute on, undefined where torch could not be asked. */
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
