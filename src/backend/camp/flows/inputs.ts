import type { SuggestedInput } from '../trainer/suggestInputs.ts';
import { suggestInputs } from '../trainer/suggestInputs.ts';
import type { Work } from './work.ts';

/** Test inputs that a model suggests, some of them for the held-out part. The person decides which are added. */
export async function suggest(work: Work, count: number): Promise<SuggestedInput[]> {
  work.tell({ message: 'Thinking of inputs', share: null, piece: null });
  return (await work.journal.during('inputs', work.trainerModel, async (model) => await suggestInputs(model, { document: work.document, count }, { signal: work.signal }))).value;
}
