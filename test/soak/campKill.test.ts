import { expect, it } from 'vitest';
import { killRegenerations } from '../support/camp/killRegenerations.ts';

const kills = Number(process.env['SOAK_CAMP_KILLS'] ?? 30);

it(`survives ${String(kills)} SIGKILLs during regenerate`, async () => {
  const report = await killRegenerations(kills);
  console.log(report.join('\n'));
  expect(report).toHaveLength(kills);
});
