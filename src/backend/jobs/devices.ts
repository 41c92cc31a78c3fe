/** A device that a run may use: the key of its lease, and what the trainer's environment must say. */
export interface DeviceChoice {
  key: string;
  env: Record<string, string>;
}

/**
 * Devices for a run's `device` setting, the best first. `auto` takes any free GPU; the CPU is one device, because two
 * runs on it only slow each other down.
 */
export function deviceChoices(setting: string, gpus: readonly string[], platform: NodeJS.Platform): DeviceChoice[] {
  if (setting === 'cpu') return [{ key: 'cpu', env: {} }];
  if (setting === 'mps') return [{ key: 'mps', env: {} }];
  const index = /^cuda:(\d+)$/.exec(setting)?.[1];
  // An index counts among the GPUs that are visible. The environment is left alone: the trainer counts the same way.
  if (index !== undefined) return [{ key: `cuda-${gpus[Number(index)] ?? index}`, env: {} }];
  if (gpus.length > 0) return gpus.map((gpu) => ({ key: `cuda-${gpu}`, env: { CUDA_VISIBLE_DEVICES: gpu } }));
  if (setting === 'cuda') return [{ key: 'cuda-0', env: {} }];
  return [{ key: platform === 'darwin' ? 'mps' : 'cpu', env: {} }];
}
