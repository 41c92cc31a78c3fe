import { runCommand } from './command.ts';

const limitMs = 10_000;
const bytesPerMebibyte = 1024 ** 2;

/** Indices of the NVIDIA GPUs that this process may use; empty without a driver. */
export async function listGpus(env: NodeJS.ProcessEnv): Promise<string[]> {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  if (visible !== undefined) return visible.split(',').map((item) => item.trim()).filter((item) => /^[A-Za-z0-9-]+$/.test(item) && item !== '-1');
  const answer = await runCommand({ file: 'nvidia-smi', args: ['--query-gpu=index', '--format=csv,noheader'], env, timeoutMs: limitMs });
  if (answer.exitCode !== 0) return [];
  return answer.stdout.split('\n').map((line) => line.trim()).filter((line) => /^\d+$/.test(line));
}

/**
 * Memory in bytes of the machine's NVIDIA GPUs, by index and by UUID, as `CUDA_VISIBLE_DEVICES` may name them. A GPU
 * that does not say (one that shares the machine's memory, a part of one) is left out.
 */
export async function gpuMemory(env: NodeJS.ProcessEnv): Promise<ReadonlyMap<string, number>> {
  const answer = await runCommand({ file: 'nvidia-smi', args: ['--query-gpu=index,uuid,memory.total', '--format=csv,noheader,nounits'], env, timeoutMs: limitMs });
  return answer.exitCode === 0 ? parseGpuMemory(answer.stdout) : new Map();
}

/** `0, GPU-5a1c…, 143771` a line, in MiB. */
export function parseGpuMemory(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [index, uuid, mebibytes] = line.split(',').map((part) => part.trim());
    if (index === undefined || uuid === undefined || mebibytes === undefined || !/^\d+$/.test(mebibytes)) continue;
    for (const name of [index, uuid]) found.set(name, Number(mebibytes) * bytesPerMebibyte);
  }
  return found;
}
