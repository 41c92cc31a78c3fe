import { z } from 'zod';
import type { ChatModel } from '../../providers/chatModel.ts';
import { askModel, type TrainerOptions } from '../trainer/ask.ts';
import { normalised } from '../trainer/likeness.ts';
import { data, joined, prompt } from '../trainer/quoted.ts';
import { trainerRole } from '../trainer/roles.ts';
import type { Repeat } from './harm.ts';

export interface WishedRequest {
  repeats: readonly Repeat[];
  /** What the person said, such as directives. */
  wishes: readonly string[];
  seed: number;
}

/** Of more than this nothing is asked: so much of what hurt at once is no single wish. */
const mostAsked = 8;

/**
 * What of some changes that hurt before the person's own words ask for: they may have it again. A model is asked for the
 * words, and its answer counts only where they stand in a wish as it quotes them.
 */
export async function wishedFor(model: ChatModel, { repeats, wishes, seed }: WishedRequest, options: TrainerOptions): Promise<Repeat[]> {
  if (wishes.length === 0 || repeats.length === 0 || repeats.length > mostAsked) return [];
  const changes = repeats.map(({ kind, part }) => ({ change: kind === 'added-again' || kind === 'measured-harm' ? 'add' : 'take out', part }));
  const { value } = await askModel(model, {
    name: 'wished', role: trainerRole,
    task: joined([
      prompt`What the person wishes of an agent:\n${data('wishes', [...wishes])}`,
      prompt`Changes of the agent that lowered its score before:\n${data('changes', changes)}`,
      prompt`For each of the ${changes.length} changes, in their order, "quotes" has the words of a wish that ask for exactly this change, copied letter by letter, or an empty text where no wish asks for it.`,
    ]),
    schema: z.object({ quotes: z.array(z.string().max(2000)).length(changes.length) }),
    sampling: { temperature: 0, seed, maxTokens: 1024 },
  }, options);
  const said = wishes.map((wish) => ` ${normalised(wish)} `);
  return repeats.filter((_, index) => {
    const quote = normalised(value.quotes[index] ?? '');
    return quote !== '' && said.some((wish) => wish.includes(` ${quote} `));
  });
}
