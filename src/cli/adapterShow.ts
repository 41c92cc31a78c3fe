import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { adapterShowResultSchema } from '../protocol/adapters.ts';
import { megabytes } from './bytes.ts';
import { defineCommand } from './command.ts';
import { preferenceText } from './preferenceText.ts';

export const adapterShowCommand = defineCommand({
  name: 'adapter show',
  summary: 'Show an adapter: base, provenance, hashes, tests',
  details: 'Reads the database. Writes nothing.',
  args: [{ name: 'adapter', description: 'an adapter by id, name, name@version or run, or latest', isRequired: true }],
  examples: ['training adapter show bugs', 'training adapter show bugs@2 --json'],
  input: z.object({ adapter: z.string().min(1) }),
  result: adapterShowResultSchema,
  run: async ({ services }, input) => await Promise.resolve(services.adapters.show(input.adapter)),
  print: ({ adapter, provenance, preference, tests }, out) => {
    const facts: [string, string][] = [
      ['adapter', adapter.id],
      ['name', `${adapter.name}, version ${String(adapter.version)}`],
      ['state', adapter.state],
      ['base', `${adapter.baseModel} (${adapter.baseSha256.slice(0, 12)})`],
      ['from', adapter.runId ?? provenance.importedFrom ?? '–'],
      ['dataset', provenance.dataset === null ? '–' : `${provenance.dataset.id} version ${String(provenance.dataset.version)}`],
      ['LoRA', `rank ${String(provenance.rank)}, alpha ${String(provenance.alpha)} on ${provenance.targetModules.join(', ')}`],
      ...(preference === null ? [] : [['preferred', preferenceText(preference)] satisfies [string, string]]),
      ['GGUF', adapter.hasGguf ? 'yes' : 'no'],
      ['size', megabytes(adapter.sizeBytes)],
      ['sha256', adapter.sha256],
      ['path', adapter.path],
    ];
    for (const [name, value] of facts) out.line(`${out.color.dim(name.padEnd(10))}${plainText(value)}`);
    for (const test of tests) out.line(`${out.color.dim('test'.padEnd(10))}${test.verdict} on ${plainText(test.dataset)} ${test.split}, ${test.tested}`);
    if (tests.length === 0) out.note(`Not tested yet: training adapter test ${adapter.id}`);
  },
});
