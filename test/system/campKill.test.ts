import { expect, it } from 'vitest';
import { killRegenerations } from '../support/camp/killRegenerations.ts';

it('survives five SIGKILLs during regenerate: no half lineage, no doubled cycle, no answer asked for twice', async () => {
  expect(await killRegenerations(5)).toHaveLength(5);
});
