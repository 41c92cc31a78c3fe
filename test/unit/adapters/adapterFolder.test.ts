import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAdapterFolder } from '../../../src/backend/adapters/adapterFolder.ts';
import { loraPair, safetensors, writeAdapter } from '../../support/adapterFiles.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'adapter-folder-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('reads what an adapter is', async () => {
  expect(await readAdapterFolder(writeAdapter(folder))).toMatchObject({
    modules: ['q_proj'],
    hasGguf: false,
    ggufSha256: null,
    config: { r: 2, lora_alpha: 4 },
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test.each([Infinity, -Infinity, NaN])('refuses an adapter that holds %d', async (value) => {
  const [first, second] = loraPair;
  const tensors = [{ ...(first ?? { name: '', shape: [1, 1] }), values: [1, 2, value] }, ...(second === undefined ? [] : [second])] as typeof loraPair;
  await expect(readAdapterFolder(writeAdapter(folder, { tensors }))).rejects.toMatchObject({ code: 'adapter_not_finite' });
});

test('refuses a pickle', async () => {
  writeFileSync(path.join(folder, 'adapter_model.bin'), 'pickled');
  await expect(readAdapterFolder(folder)).rejects.toMatchObject({ code: 'adapter_pickle' });
});

test('refuses weights that are a link to another place', async () => {
  const elsewhere = path.join(folder, 'elsewhere.safetensors');
  writeAdapter(folder);
  writeFileSync(elsewhere, safetensors(loraPair));
  rmSync(path.join(folder, 'adapter_model.safetensors'));
  symlinkSync(elsewhere, path.join(folder, 'adapter_model.safetensors'));
  await expect(readAdapterFolder(folder)).rejects.toMatchObject({ code: 'adapter_not_files' });
});

const whole = safetensors(loraPair);
const faults: [string, Parameters<typeof writeAdapter>[1], string][] = [
  ['a torn file', { weights: whole.subarray(0, whole.length - 60) }, 'adapter_damaged'],
  ['a file that is no safetensors', { weights: Buffer.from('not one at all, really') }, 'model_damaged'],
  ['a pair without its other half', { tensors: loraPair.slice(0, 1) }, 'adapter_damaged'],
  ['another rank than its configuration says', { config: { r: 4 } }, 'adapter_damaged'],
  ['a method other than LoRA', { config: { peft_type: 'IA3' } }, 'adapter_unsupported'],
  ['code of its own', { config: { auto_mapping: { base_model_class: 'x' } } }, 'adapter_runs_code'],
  ['tensors that are no LoRA', { tensors: [{ name: 'lm_head.weight', shape: [2, 2] }] }, 'adapter_unsupported'],
];

test.each(faults)('refuses %s', async (_name, options, code) => {
  await expect(readAdapterFolder(writeAdapter(folder, options))).rejects.toMatchObject({ code });
});
