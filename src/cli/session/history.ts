import { z } from 'zod';
import { plainText } from '../../common/plainText.ts';
import { historyResultSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { renderTable } from '../table.ts';
import { lineage, lineageArgument, session, sessionArgument } from './arguments.ts';

export const sessionHistoryCommand = defineCommand({
  name: 'session history',
  summary: 'Show what a lineage was and did, cycle by cycle',
  args: [sessionArgument, lineageArgument],
  examples: ['training session history se_20260101 B', 'training session history se_20260101 B --json'],
  input: z.object({ session, lineage }),
  result: historyResultSchema,
  run: async ({ services }, { session: reference, lineage: label }) => await Promise.resolve(services.camp.history(reference, label)),
  print: ({ cycles }, out) => {
    if (cycles.length === 0) {
      out.line('No cycle yet.');
      return;
    }
    const rows = cycles.map(({ cycle, version, isLocked, score, heldOutScore, evolution }) => [
      String(cycle), version === null ? 'none' : `v${String(version)}`, isLocked ? 'locked' : '', mean(score), mean(heldOutScore),
      evolution === null ? '' : (evolution.effect === null ? '' : signed(evolution.effect)), evolution?.hypothesis ?? '',
    ]);
    const right = { align: 'right' as const };
    out.line(renderTable(out, [{ title: 'cycle', ...right }, { title: 'agent' }, { title: '' }, { title: 'score', ...right }, { title: 'held out', ...right }, { title: 'effect', ...right }, { title: 'why', maxWidth: 70 }], rows));
    for (const { evolution } of cycles) {
      if (evolution === null) continue;
      out.line(`\n${out.color.bold(`v${String(evolution.parentVersion)} → v${String(evolution.version)}`)}`);
      for (const { target, change } of evolution.plan) out.line(`  planned  ${plainText(target)}: ${plainText(change)}`);
      for (const { path } of evolution.diff) out.line(`  changed  ${plainText(path)}`);
      for (const { segment, path, blame, method } of evolution.credit) out.line(`  credit   ${signed(-blame)}  ${plainText(segment).slice(0, 80)}  ${out.color.dim(path === '$.systemPrompt' ? method : `${method}, ${plainText(path)}`)}`);
    }
  },
});

function mean(value: number | null): string {
  return value === null ? '–' : value.toFixed(1);
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
}
