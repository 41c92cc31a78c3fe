import { expect, test } from 'vitest';
import { withEnoughSteps } from '../../../src/backend/runs/enoughSteps.ts';
import { methodDefaults } from '../../../src/protocol/methodDefaults.ts';
import { trainingConfigSchema, type ConfigLayer } from '../../../src/protocol/runs.ts';

const preferences = trainingConfigSchema.parse({ method: 'dpo', epochs: methodDefaults('dpo', true)['epochs'] });
const tokensOfAPair = 66;
const method: ConfigLayer = 'method';

function epochsOf(pairs: number, { config = preferences, layer = method, overlong = 0, isBuiltInModel = true } = {}) {
  const totals = { rows: pairs, tokens: (pairs - overlong) * tokensOfAPair, overlong, longest: tokensOfAPair };
  const enough = withEnoughSteps(config, { epochs: layer }, totals, isBuiltInModel);
  return { epochs: enough.config.epochs, reason: enough.reasons['epochs'] ?? null };
}

test('the fewer pairs there are, the more passes are made over them, with the reason', () => {
  expect([12, 24, 48, 96, 192, 1000].map((pairs) => epochsOf(pairs).epochs)).toEqual([12, 8, 4, 2, 2, 2]);
  expect(epochsOf(24).reason).toBe('because a pass over 24 pairs has about 3 steps, and a preference takes about 24 to turn');
  expect(epochsOf(26, { overlong: 2 }).reason).toContain('over 24 pairs');
  expect(epochsOf(96).reason).toBeNull();
});

test('smaller steps need fewer passes', () => {
  expect(epochsOf(24, { config: { ...preferences, tokensPerStep: 256 } }).epochs).toBe(2);
});

test('what a person wrote, other models and supervised fine-tuning keep their epochs', () => {
  for (const layer of ['profile', 'campaign', 'workspace', 'command'] as const) expect(epochsOf(24, { layer })).toEqual({ epochs: 2, reason: null });
  expect(epochsOf(24, { isBuiltInModel: false })).toEqual({ epochs: 2, reason: null });
  expect(epochsOf(24, { config: trainingConfigSchema.parse({ method: 'sft' }) })).toEqual({ epochs: 3, reason: null });
});
