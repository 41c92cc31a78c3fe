import { expect, it } from 'vitest';
import { killRegenerations } from '../support/camp/killRegenerations.ts';

it.each(['a word at a time', 'at once'] as const)('survives SIGKILLs during regenerate with a provider that answers %s: no half lineage, no doubled cycle, no call made twice', async (pace) => {
  expect(await killRegenerations(3, pace)).toHaveLength(3);
});
