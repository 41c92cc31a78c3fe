import { z } from 'zod';
import type { Aspect } from '../../../protocol/camp.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { askModel, isSmall, tokensFor, type Noted, type TrainerOptions } from '../trainer/ask.ts';
import { joined, prompt } from '../trainer/quoted.ts';
import { statement, trainerRole } from '../trainer/roles.ts';
import { seedOf } from '../trainer/seeds.ts';
import { exampleAnswered, exampleAspect, exampleNeed } from '../trainer/smallExamples.ts';
import { describeAnswers, describeEvidence, hiddenCases, type Evidence } from './evidence.ts';

/** What the scores and comments ask for, as aspects of the answers with a direction. */
export async function analyseRewards(model: ChatModel, evidence: Evidence, options: TrainerOptions): Promise<Noted<Aspect[]>> {
  const { view, lineage, agent, cases } = evidence;
  const isSmallModel = await isSmall(model, options.signal);
  const call = {
    role: trainerRole,
    sampling: { temperature: 0, seed: seedOf('aspects', view.session.id, lineage.label, lineage.cycle, agent.version), maxTokens: isSmallModel ? tokensFor(100) : 4096 },
  };
  const told = joined([statement(view.session), describeEvidence(evidence)]);
  const known = cases.map(({ input }) => input.number);
  if (isSmallModel) {
    const question = prompt`Name the one property of these answers that the score depends on most, as "aspect" in a few words, and say as "direction" whether the next answers need more or less of it or should keep it.`;
    const { value, notes } = await askModel(model, {
      ...call, name: 'one_aspect',
      task: joined([told, question]),
      example: { task: joined([statement(exampleNeed), describeAnswers([exampleAnswered]), question]), answer: exampleAspect },
      schema: z.object({ aspect: z.string().min(3).max(100), direction: directionSchema }),
    }, options);
    // A small model has no feeling for strength: the lower the score, the more has to change.
    return { value: [{ ...value, strength: evidence.score === null ? 0.5 : (10 - evidence.score) / 9, inputs: known }], notes };
  }
  const { value, notes } = await askModel(model, {
    ...call, name: 'aspects',
    task: joined([told, prompt`What do the scores and comments reward and what do they punish? Name the aspects of the answers that matter, most important first and eight at most. "direction" says whether the next answers need more or less of the aspect or should keep it, "strength" from 0 to 1 how sure the scores make it, "inputs" the numbers of the inputs that show it.`]),
    schema: z.object({ aspects: z.array(z.object({ aspect: z.string().min(1).max(300), direction: directionSchema, strength: z.number().min(0).max(1), inputs: z.array(z.int()) })).min(1).max(8) }),
  }, options);
  const hidden = hiddenCases(evidence);
  return {
    value: value.aspects.map((aspect) => ({ ...aspect, inputs: aspect.inputs.filter((number) => known.includes(number)) })),
    notes: hidden === 0 ? notes : [...notes, `The analysis saw the ${String(cases.length - hidden)} answers with the lowest scores of ${String(cases.length)}.`],
  };
}

const directionSchema = z.enum(['more', 'less', 'keep']);
