import type { SessionDocument } from '../../../protocol/camp.ts';
import type { Json } from '../../../protocol/json.ts';
import type { Judged } from './pairs.ts';
import { placeOf, provenanceOf } from './provenance.ts';

export interface SingleRowOptions {
  format: 'trl' | 'trl_messages';
  system: string;
}

/** An answer to learn from. */
export function sftRow(document: SessionDocument, judged: Judged, { format, system }: SingleRowOptions): Record<string, Json> {
  const { input, artifact } = judged.answer;
  if (format === 'trl') return { ...systemColumn(system), prompt: input.text, completion: artifact.content, ...extras(document, judged) };
  return { messages: [...promptMessages(system, input.text), assistant(artifact.content)], ...extras(document, judged) };
}

/** An answer that is good or bad. */
export function ktoRow(document: SessionDocument, judged: Judged, options: SingleRowOptions & { isGood: boolean }): Record<string, Json> {
  return { ...promptAndCompletion(judged, options), label: options.isGood, ...extras(document, judged) };
}

/** An answer with its score, and the score as a number from 0 to 1. */
export function rewardRow(document: SessionDocument, judged: Judged, options: SingleRowOptions): Record<string, Json> {
  const { score } = judged.evaluation;
  return { ...promptAndCompletion(judged, options), score, reward: (score - 1) / 9, ...extras(document, judged) };
}

function promptAndCompletion({ answer: { input, artifact } }: Judged, { format, system }: SingleRowOptions): Record<string, Json> {
  if (format === 'trl') return { ...systemColumn(system), prompt: input.text, completion: artifact.content };
  return { prompt: promptMessages(system, input.text), completion: [assistant(artifact.content)] };
}

function extras(document: SessionDocument, { answer, evaluation }: Judged): Record<string, Json> {
  return { id: answer.artifact.id, provenance: { ...placeOf(document, answer), ...provenanceOf(answer, evaluation) } };
}

function systemColumn(system: string): Record<string, Json> {
  return system === '' ? {} : { system };
}

function promptMessages(system: string, input: string): Json[] {
  return [...(system === '' ? [] : [{ role: 'system', content: system }]), { role: 'user', content: input }];
}

function assistant(content: string): Record<string, Json> {
  return { role: 'assistant', content };
}
