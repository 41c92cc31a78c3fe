import type { SessionDocument } from '../../../protocol/camp.ts';
import type { Json } from '../../../protocol/json.ts';
import type { ExportFormat } from '../../../protocol/sessionExport.ts';
import type { Pair } from './pairs.ts';
import { placeOf, provenanceOf } from './provenance.ts';

/** A pair as a row of a format. The columns that formats do not know stay in `meta` of the dataset. */
export function pairRow(document: SessionDocument, pair: Pair, { format, system }: { format: ExportFormat; system: string }): Record<string, Json> {
  const { chosen, rejected } = pair;
  const extras = {
    id: `${chosen.answer.artifact.id}-${rejected.answer.artifact.id}`,
    provenance: { ...placeOf(document, chosen.answer), chosen: provenanceOf(chosen.answer, chosen.evaluation), rejected: provenanceOf(rejected.answer, rejected.evaluation) },
  };
  const texts = { input: chosen.answer.input.text, chosen: chosen.answer.artifact.content, rejected: rejected.answer.artifact.content };
  const prompt = [...(system === '' ? [] : [{ role: 'system', content: system }]), { role: 'user', content: texts.input }];
  const systemColumn = system === '' ? {} : { system };
  switch (format) {
    case 'trl':
      return { ...systemColumn, prompt: texts.input, chosen: texts.chosen, rejected: texts.rejected, ...extras };
    case 'trl_messages':
      return { prompt, chosen: [assistant(texts.chosen)], rejected: [assistant(texts.rejected)], ...extras };
    case 'openai_preference':
      return { input: { messages: prompt }, preferred_output: [assistant(texts.chosen)], non_preferred_output: [assistant(texts.rejected)], ...extras };
    case 'sharegpt_ranking':
      return { ...systemColumn, conversations: [{ from: 'human', value: texts.input }], chosen: { from: 'gpt', value: texts.chosen }, rejected: { from: 'gpt', value: texts.rejected }, ...extras };
  }
}

function assistant(content: string): Record<string, Json> {
  return { role: 'assistant', content };
}
