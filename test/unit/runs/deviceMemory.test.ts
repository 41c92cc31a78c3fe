import { expect, test } from 'vitest';
import { parseGpuMemory } from '../../../src/backend/platform/gpuList.ts';
import { memoryOfDevice } from '../../../src/backend/runs/deviceMemory.ts';

const gibibyte = 1024 ** 3;
const gpuBytes = parseGpuMemory('0, GPU-aaaa, 24576\n1, GPU-bbbb, 8192\n2, GPU-cccc, [N/A]\n');
const system = { memory: 'system', bytes: 64 * gibibyte };

test.each([
  ['auto', [], 'linux', system],
  ['auto', [], 'darwin', system],
  ['cpu', ['0'], 'linux', system],
  ['mps', [], 'darwin', system],
  ['auto', ['0'], 'linux', { memory: 'gpu', bytes: 24 * gibibyte }],
  ['auto', ['GPU-bbbb'], 'win32', { memory: 'gpu', bytes: 8 * gibibyte }],
  ['auto', ['0', '1'], 'linux', { memory: 'gpu', bytes: 8 * gibibyte }],
  ['cuda:0', ['1', '0'], 'linux', { memory: 'gpu', bytes: 8 * gibibyte }],
  ['auto', ['0', '2'], 'linux', null],
  ['auto', ['MIG-1'], 'linux', null],
  ['cuda', [], 'linux', null],
] as const)('device %s with GPUs %j on %s is compared with %j', (setting, gpus, platform, expected) => {
  expect(memoryOfDevice(setting, { platform, systemBytes: 64 * gibibyte, gpus, gpuBytes })).toEqual(expected);
});
