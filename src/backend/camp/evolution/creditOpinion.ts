import { z } from 'zod';
import type { SegmentBlame } from '../../../protocol/camp.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { askModel, type Noted, type TrainerOptions } from '../trainer/ask.ts';
import { data, joined, prompt } from '../trainer/quoted.ts';
import { statement, trainerRole } from '../trainer/roles.ts';
import { seedOf } from '../trainer/seeds.ts';
import { describeEvidence, type Evidence } from './evidence.ts';
import type { PromptPart } from './promptParts.ts';

const effects = ['helps much', 'helps', 'no effect', 'harms', 'harms much'] as const;

/**
 * A model's guess at what each segment does, where nothing can be measured. It is labelled so wherever it is shown, and
 * nothing is taken out of a prompt for it alone.
 */
export async function guessBlame(model: ChatModel, evidence: Evidence, segments: readonly PromptPart[], options: TrainerOptions): Promise<Noted<SegmentBlame[]>> {
  const { view, lineage, agent } = evidence;
  const hasFlow = agent.definition.flow.length > 0;
  const numbered = segments.map(({ text, path }, index) => ({ segment: index + 1, ...(hasFlow ? { prompt: path } : {}), text }));
  const { value, notes } = await askModel(model, {
    name: 'opinions',
    role: trainerRole,
    task: joined([
      statement(view.session), describeEvidence(evidence),
      prompt`${hasFlow ? prompt`The agent’s prompts` : prompt`The agent’s system prompt`}, in segments:\n${data('segments', numbered)}`,
      prompt`What does each of the ${segments.length} segments do to the scores? Answer with "effects": exactly one for each segment, in their order.`,
    ]),
    schema: z.object({ effects: z.array(z.enum(effects)).length(segments.length) }),
    sampling: { temperature: 0, seed: seedOf('opinions', view.session.id, lineage.label, lineage.cycle, agent.version), maxTokens: 64 + 16 * segments.length },
  }, options);
  const credit = segments.map(({ text, path, start, end }, index): SegmentBlame => {
    const effect = value.effects[index] ?? 'no effect';
    return { segment: text, path, start, end, blame: effects.indexOf(effect) - effects.indexOf('no effect'), method: 'opinion', evidence: `${model.label} guesses: ${effect}. Nothing was measured.`, standardError: null, samples: 0 };
  });
  return { value: credit, notes };
}
