import type { Estimate } from '../../protocol/runs.ts';
import { deviceChoices } from '../jobs/devices.ts';
import { gpuMemory, listGpus } from '../platform/gpuList.ts';
import { usableMemoryBytes } from '../platform/memory.ts';

export type DeviceMemory = NonNullable<Estimate['comparedWith']>;

interface MachineMemory {
  platform: NodeJS.Platform;
  systemBytes: number;
  /** GPUs that a run may use, as `CUDA_VISIBLE_DEVICES` names them. */
  gpus: readonly string[];
  /** By the same names; a GPU of which nothing is known is missing. */
  gpuBytes: ReadonlyMap<string, number>;
}

/**
 * Memory that a run with this `device` setting would have, by the choice that the worker makes. Of several GPUs any may
 * be free when its turn comes, so the smallest counts. Null where it is not known.
 */
export function memoryOfDevice(setting: string, machine: MachineMemory): DeviceMemory | null {
  const choices = deviceChoices(setting, machine.gpus, machine.platform).map(({ key }): DeviceMemory | null => {
    // Apple's GPUs use the machine's memory.
    if (key === 'cpu' || key === 'mps') return { memory: 'system', bytes: machine.systemBytes };
    const gpu = key.slice('cuda-'.length);
    const bytes = machine.gpuBytes.get(gpu);
    return bytes === undefined || !machine.gpus.includes(gpu) ? null : { memory: 'gpu', bytes };
  });
  return choices.reduce((least, choice) => (least === null || choice === null ? null : choice.bytes < least.bytes ? choice : least), choices[0] ?? null);
}

/** The same for this machine. The driver is asked only where a GPU may be used. */
export async function readDeviceMemory(setting: string, env: NodeJS.ProcessEnv): Promise<DeviceMemory | null> {
  const mayUseGpu = setting !== 'cpu' && setting !== 'mps' && process.platform !== 'darwin';
  const gpus = mayUseGpu ? await listGpus(env) : [];
  const gpuBytes = gpus.length > 0 ? await gpuMemory(env) : new Map<string, number>();
  return memoryOfDevice(setting, { platform: process.platform, systemBytes: usableMemoryBytes(), gpus, gpuBytes });
}
