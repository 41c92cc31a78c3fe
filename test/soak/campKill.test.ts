import { expect, it } from 'vitest';
import { killRegenerations } from '../support/camp/killRegenerations.ts';

const kills = Number(process.env['SOAK_CAMP_KILLS'] ?? 30);

it.each(['a word at a time', 'at once'] as const)(`survives ${String(kills)} SIGKILLs during regenerate with a provider that answers %s`, async (pace) => {
  const report = await killRegenerations(kills, pace);
  console.log(report.join('\n'));
  expect(report).toHaveLength(kills);
});
