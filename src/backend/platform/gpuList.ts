import { runCommand } from './command.ts';

const limitMs = 10_000;

/** Indices of the NVIDIA GPUs that this process may use; empty without a driver. */
export async function listGpus(env: NodeJS.ProcessEnv): Promise<string[]> {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  if (visible !== undefined) return visible.split(',').map((item) => item.trim()).filter((item) => /^[A-Za-z0-9-]+$/.test(item) && item !== '-1');
  const answer = await runCommand({ file: 'nvidia-smi', args: ['--query-gpu=index', '--format=csv,noheader'], env, timeoutMs: limitMs });
  if (answer.exitCode !== 0) return [];
  return answer.stdout.split('\n').map((line) => line.trim()).filter((line) => /^\d+$/.test(line));
}
