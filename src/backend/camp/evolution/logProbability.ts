import type { SegmentBlame } from '../../../protocol/camp.ts';
import { likelihoodsOf, type ChatModel } from '../../providers/chatModel.ts';
import { mean, standingCases } from '../standings.ts';
import type { Evidence } from './evidence.ts';
import type { PromptPart } from './promptParts.ts';
import { withoutSegments } from './segments.ts';

/** What the person liked and disliked of the answers to one input, whichever lineages they are from. */
interface Contrast {
  input: string;
  liked: string;
  disliked: string;
}

/** Answers whose scores are nearer to each other tell liking from disliking badly. */
const leastMargin = 2;
const mostContrasts = 8;

/**
 * Blame of each segment by what the agent's model makes of it: how much more likely the liked answer becomes, against the
 * disliked one to the same input, when the segment is left out, in nats per token. Nothing is executed and nobody judges.
 * Null where the model tells no likelihoods, the agent's answers come from a flow, or no input has a liked and a disliked
 * answer.
 */
export async function blameByLikelihood(model: ChatModel, evidence: Evidence, segments: readonly PromptPart[], options: { signal: AbortSignal; onProgress: (done: number, of: number) => void }): Promise<SegmentBlame[] | null> {
  const { definition } = evidence.agent;
  const contrasts = contrastsOf(evidence);
  const { likelihoods } = likelihoodsOf(model);
  if (likelihoods === undefined || definition.flow.length > 0 || contrasts.length === 0) return null;
  const marginsOf = async (systemPrompt: string): Promise<number[]> => {
    const margins: number[] = [];
    for (const { input, liked, disliked } of contrasts) {
      options.signal.throwIfAborted();
      const messages = [...(systemPrompt === '' ? [] : [{ role: 'system' as const, content: systemPrompt }]), { role: 'user' as const, content: input }];
      const [good = 0, bad = 0] = await likelihoods({ messages, answers: [liked, disliked] }, options.signal);
      margins.push(good - bad);
    }
    return margins;
  };
  const whole = await marginsOf(definition.systemPrompt);
  const credit: SegmentBlame[] = [];
  for (const segment of segments) {
    options.onProgress(credit.length + 1, segments.length + 1);
    const without = await marginsOf(withoutSegments(definition.systemPrompt, [segment]));
    const changes = without.map((margin, index) => margin - (whole[index] ?? 0));
    const blame = mean(changes) ?? 0;
    const error = standardError(changes, blame);
    credit.push({
      segment: segment.text, path: segment.path, start: segment.start, end: segment.end, blame, method: 'log-probability', standardError: error, samples: contrasts.length,
      evidence: `Without it ${model.label} finds the liked answers ${blame < 0 ? 'less' : 'more'} likely against the disliked ones, by ${Math.abs(blame).toFixed(3)} nats a token over ${contrasts.length === 1 ? '1 input' : `${String(contrasts.length)} inputs`}${error === null ? '' : `, standard error ${error.toFixed(3)}`}.`,
    });
  }
  return credit;
}

/** For each input the best and the worst scored answer of all cycles and lineages. */
function contrastsOf({ view }: Evidence): Contrast[] {
  const byInput = new Map<number, Map<string, { text: string; content: string; score: number }>>();
  for (const { input, artifact, user } of standingCases(view)) {
    if (user === null) continue;
    const known = byInput.get(input.number) ?? new Map<string, { text: string; content: string; score: number }>();
    byInput.set(input.number, known.set(artifact.id, { text: input.text, content: artifact.content, score: user.score }));
  }
  return [...byInput.values()].flatMap((answers): Contrast[] => {
    const sorted = [...answers.values()].sort((a, b) => b.score - a.score);
    const [best, worst] = [sorted[0], sorted.at(-1)];
    if (best === undefined || worst === undefined || best.score - worst.score < leastMargin) return [];
    return [{ input: best.text, liked: best.content, disliked: worst.content }];
  }).slice(0, mostContrasts);
}

function standardError(values: readonly number[], average: number): number | null {
  if (values.length < 2) return null;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1) / values.length);
}
