import { z } from 'zod';
import { plainText } from '../../common/plainText.ts';
import { sessionReportSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { renderTable } from '../table.ts';
import { session, sessionArgument } from './arguments.ts';

export const sessionReportCommand = defineCommand({
  name: 'session report',
  summary: 'Show held-out scores by cycle, cases that got worse, and how far the judge agrees with you',
  details: 'Reads the database. Asks no model.',
  args: [sessionArgument],
  examples: ['training session report se_20260101', 'training session report se_20260101 --json'],
  input: z.object({ session }),
  result: sessionReportSchema,
  run: async ({ services }, input) => await Promise.resolve(services.campWork.report(input.session)),
  print: ({ heldOut, judges }, out) => {
    if (heldOut.scores.length === 0) out.line('No held-out input has a score yet.');
    else {
      const rows = heldOut.scores.map(({ cycle, label, by, mean, scored, of }) => [String(cycle), label, by, mean.toFixed(1), `${String(scored)} of ${String(of)}`]);
      out.line(renderTable(out, [{ title: 'cycle', align: 'right' }, { title: '' }, { title: 'by' }, { title: 'held out', align: 'right' }, { title: 'scored' }], rows));
    }
    for (const { label, cycle, input, text, before, after, by } of heldOut.worse) {
      out.line(`${out.color.red('worse')}  ${label} in cycle ${String(cycle)}, input ${String(input)} (${by}): ${before.toFixed(1)} → ${after.toFixed(1)}  ${plainText(text).slice(0, 80)}`);
    }
    for (const { judgeModel, raw, calibrated } of judges) {
      const figures = calibrated ?? raw;
      out.line(`judge ${plainText(judgeModel)}: n ${String(figures.n)}, Spearman ${figures.spearman === null ? '–' : figures.spearman.toFixed(2)}, mean error ${figures.meanAbsoluteError === null ? '–' : figures.meanAbsoluteError.toFixed(2)}${calibrated === null ? ', not calibrated' : ', calibrated'}`);
    }
  },
});
