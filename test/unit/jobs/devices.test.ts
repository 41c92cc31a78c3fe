import { expect, it } from 'vitest';
import { deviceChoices } from '../../../src/backend/jobs/devices.ts';

it.each([
  ['cpu', ['0'], 'linux', ['cpu']],
  ['auto', [], 'linux', ['cpu']],
  ['auto', [], 'darwin', ['mps']],
  ['auto', ['0', '1'], 'linux', ['cuda-0', 'cuda-1']],
  ['cuda', ['2', '5'], 'linux', ['cuda-2', 'cuda-5']],
  ['cuda:1', ['2', '5'], 'linux', ['cuda-5']],
  ['mps', [], 'darwin', ['mps']],
] as const)('%s with GPUs %j on %s uses %j', (setting, gpus, platform, keys) => {
  expect(deviceChoices(setting, gpus, platform).map((choice) => choice.key)).toEqual(keys);
});

it('shows a run only the GPU that it got', () => {
  expect(deviceChoices('auto', ['3'], 'linux')[0]?.env).toEqual({ CUDA_VISIBLE_DEVICES: '3' });
});
