import pLimit from 'p-limit';
import { CampError } from '../../../protocol/errors.ts';
import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { SegmentBlame } from '../../../protocol/camp.ts';
import type { Execute } from '../../agents/executor/executor.ts';
import type { ToolBox } from '../../agents/executor/tools/tool.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { preScore } from '../judge/preScore.ts';
import { mean, type StandingCase } from '../standings.ts';
import { Meter } from '../trainer/meter.ts';
import { seedOf } from '../trainer/seeds.ts';
import type { Evidence } from './evidence.ts';
import { withoutParts, type PromptPart } from './promptParts.ts';

export interface Measurement {
  agentModel: ChatModel;
  judgeModel: ChatModel;
  execute: Execute;
  tools: ToolBox;
  /** A round is begun only while this many calls, the agent's and the judge's together, leave room for it. */
  maxCalls: number;
}

export interface Measured {
  credit: SegmentBlame[];
  calls: number;
  notes: string[];
}

export interface MeasureOptions {
  signal: AbortSignal;
  onProgress: (calls: number, of: number) => void;
}

/** Answers that are made at the same time. */
const atOnce = 4;
/** Answers with the whole prompt in each round: every segment is compared with them, so they are worth more than one. */
const wholePerRound = 2;
const mostCases = 3;

/** What an agent may fail by that lacks a part of its prompt. Anything else would fail the next answers too. */
const agentsFault: ReadonlySet<string> = new Set(['empty_answer', 'answer_too_long', 'execution_timeout', 'too_many_rounds', 'too_many_calls', 'too_many_steps', 'tool_failed']);

/** An answer that was judged. `arm` is the segment that was left out; null: none. */
interface Sample {
  arm: number | null;
  caseIndex: number;
  score: number;
}

/**
 * Blame of each segment by leaving it out: the agent answers without it, the judge scores, and the score is compared with
 * those of the whole prompt on the same inputs. Rounds halve the field (sequential halving, Karnin et al. 2013), kept at
 * both ends, so that most answers are spent on the segments that seem to harm or help most. `null` where the calls do not
 * suffice for one round.
 */
export async function measureBlame(evidence: Evidence, segments: readonly PromptPart[], measurement: Measurement, options: MeasureOptions): Promise<Measured | null> {
  const meter = new Meter();
  const chosen = chooseCases(evidence.cases);
  if (chosen.length === 0 || segments.length < 2 || measurement.maxCalls < callsOfRound(evidence.cases, segments.length)) return null;
  const sampler = new Sampler(evidence, segments, chosen, { ...measurement, agentModel: meter.on(measurement.agentModel), judgeModel: meter.on(measurement.judgeModel) }, options.signal);
  let alive = segments.map((_, index) => index);
  const stages = Math.max(1, Math.ceil(Math.log2(segments.length)) - 1);
  for (let [stage, round] = [0, 0]; ; round++) {
    await sampler.round(round, alive);
    options.onProgress(meter.calls, measurement.maxCalls);
    // A flow or a tool takes more than one call an answer: what an answer took so far is what the next ones will take.
    const perSample = meter.calls / Math.max(1, sampler.attempts);
    const left = measurement.maxCalls - meter.calls;
    if (stage < stages && meter.calls >= (measurement.maxCalls * (stage + 1)) / (stages + 1)) {
      stage++;
      alive = extremes(alive, (arm) => sampler.effect(arm).difference);
    }
    if (left < perSample * (alive.length + wholePerRound)) break;
  }
  return { credit: segments.map((segment, arm) => sampler.blame(segment, arm)), calls: meter.calls, notes: sampler.notes() };
}

/** Calls that a round with all of some segments takes, the judge's among them. */
export function callsOfRound(cases: readonly StandingCase[], segments: number): number {
  return (callsOfAnswer(chooseCases(cases)) + 1) * (segments + wholePerRound);
}

/** The quarter with the greatest and the quarter with the least effect, two segments at least. */
function extremes(alive: readonly number[], effect: (arm: number) => number): number[] {
  const sorted = [...alive].sort((a, b) => effect(b) - effect(a) || a - b);
  const each = Math.max(1, Math.round(sorted.length / 4));
  return sorted.filter((_, index) => index < each || index >= sorted.length - each);
}

/** The case with the lowest score, the one with the highest, and one between: harm shows in the former, help in the latter. */
function chooseCases(cases: readonly StandingCase[]): StandingCase[] {
  const sorted = [...cases].sort((a, b) => (a.user?.score ?? 5.5) - (b.user?.score ?? 5.5));
  const places = [0, sorted.length - 1, Math.floor(sorted.length / 2)].slice(0, mostCases);
  return [...new Set(places)].flatMap((place) => sorted[place] ?? []);
}

/** Calls of a model that an answer of this agent takes, as far as its traces tell: more than one with tools or a flow. */
function callsOfAnswer(cases: readonly StandingCase[]): number {
  return Math.max(1, ...cases.map(({ execution }) => execution.trace.filter(({ kind }) => kind === 'model').length));
}

class Sampler {
  readonly #evidence: Evidence;
  readonly #segments: readonly PromptPart[];
  readonly #cases: readonly StandingCase[];
  readonly #measurement: Measurement;
  readonly #signal: AbortSignal;
  readonly #limit = pLimit(atOnce);
  readonly #samples: Sample[] = [];
  readonly #notes = new Set<string>();
  #lost = 0;
  attempts = 0;

  constructor(evidence: Evidence, segments: readonly PromptPart[], cases: readonly StandingCase[], measurement: Measurement, signal: AbortSignal) {
    this.#evidence = evidence;
    this.#segments = segments;
    this.#cases = cases;
    this.#measurement = measurement;
    this.#signal = signal;
  }

  /** One answer of each segment's prompt and some of the whole prompt, on one case. All of them end before it does. */
  async round(round: number, arms: readonly number[]): Promise<void> {
    const caseIndex = round % this.#cases.length;
    const wanted: (number | null)[] = [...Array.from({ length: wholePerRound }, () => null), ...arms];
    const ended = await Promise.allSettled(wanted.map(async (arm, index) => await this.#limit(async () => await this.#sample(arm, caseIndex, round * wholePerRound + (arm === null ? index : 0)))));
    for (const one of ended) {
      if (one.status === 'fulfilled') {
        if (one.value !== null) this.#samples.push(one.value);
      } else throw one.reason;
    }
  }

  /** How much the score rises without a segment, over the cases that it was left out in, and how sure that is. */
  effect(arm: number): { difference: number; standardError: number | null; without: number[]; whole: number[] } {
    const without = this.#samples.filter((sample) => sample.arm === arm);
    const whole = this.#samples.filter((sample) => sample.arm === null && without.some(({ caseIndex }) => caseIndex === sample.caseIndex));
    const differences = without.flatMap(({ score, caseIndex }) => {
      const base = mean(whole.filter((sample) => sample.caseIndex === caseIndex).map((sample) => sample.score));
      return base === null ? [] : [score - base];
    });
    const deviation = this.#deviation();
    return {
      difference: mean(differences) ?? 0,
      standardError: deviation === null || differences.length === 0 ? null : deviation * Math.sqrt(1 / differences.length + 1 / Math.max(1, whole.length)),
      without: without.map(({ score }) => score),
      whole: whole.map(({ score }) => score),
    };
  }

  blame({ text, path, start, end }: PromptPart, arm: number): SegmentBlame {
    const { difference, standardError, without, whole } = this.effect(arm);
    const n = without.length;
    const [withoutMean, wholeMean] = [mean(without), mean(whole)];
    return {
      segment: text, path, start, end, method: 'leave-one-out', samples: n + whole.length, standardError,
      // One further answer that shows no change is counted in, so that a single lucky answer does not outrank many.
      blame: (difference * n) / (n + 1),
      evidence: withoutMean === null || wholeMean === null
        ? 'No answer could be judged.'
        : `Without it the judge (${this.#measurement.judgeModel.label}) gives ${figure(withoutMean)} over ${answers(n)}, with it ${figure(wholeMean)} over ${answers(whole.length)}: ${difference > 0 ? '+' : ''}${figure(difference)}${standardError === null ? '' : `, standard error ${figure(standardError)}`}.`,
    };
  }

  notes(): string[] {
    return this.#lost === 0 ? [...this.#notes] : [...this.#notes, `${answers(this.#lost)} could not be made while credit was measured, and were left out.`];
  }

  /** Pooled over everything that was asked more than once in the same way; null where nothing was. */
  #deviation(): number | null {
    let [squares, freedom] = [0, 0];
    const cells = new Map<string, number[]>();
    for (const { arm, caseIndex, score } of this.#samples) {
      const key = `${String(arm)} ${String(caseIndex)}`;
      cells.set(key, [...(cells.get(key) ?? []), score]);
    }
    for (const scores of cells.values()) {
      const average = mean(scores) ?? 0;
      squares += scores.reduce((sum, score) => sum + (score - average) ** 2, 0);
      freedom += scores.length - 1;
    }
    return freedom === 0 ? null : Math.sqrt(squares / freedom);
  }

  async #sample(arm: number | null, caseIndex: number, repetition: number): Promise<Sample | null> {
    this.#signal.throwIfAborted();
    const { view, lineage, agent } = this.#evidence;
    const { agentModel, judgeModel, execute, tools } = this.#measurement;
    const standing = this.#cases[caseIndex];
    const segment = arm === null ? null : this.#segments[arm];
    if (standing === undefined || segment === undefined) throw new Error('a sample is of a case and a segment that there are');
    this.attempts++;
    const seed = seedOf('credit', view.session.id, lineage.label, lineage.cycle, agent.version, arm, standing.input.number, repetition);
    const artifact = arm === null && repetition === 0 ? standing.artifact.content : await this.#answer(definitionWithout(agent.definition, segment, seed), standing, { agentModel, execute, tools });
    if (artifact === null) return null;
    const { value, notes } = await preScore(judgeModel, { ...view.session, input: standing.input.text, artifact }, seed, { signal: this.#signal });
    for (const note of notes) this.#notes.add(note);
    return { arm, caseIndex, score: value.score };
  }

  /** Null where the agent could not answer: without a segment it may fall silent, which is no reason to stop the rest. */
  async #answer(definition: AgentDefinition, { input }: StandingCase, { agentModel, execute, tools }: Pick<Measurement, 'agentModel' | 'execute' | 'tools'>): Promise<string | null> {
    try {
      const executed = await execute({ definition, input: input.text, model: agentModel, tools }, { signal: this.#signal, onText: () => undefined, onTrace: () => undefined });
      return executed.text;
    } catch (error) {
      if (this.#signal.aborted || !(error instanceof CampError) || !agentsFault.has(error.code)) throw error;
      this.#lost++;
      if (this.#lost > 2 && this.#lost * 5 > this.attempts) throw error;
      return null;
    }
  }
}

/** The agent without a segment, with a seed of its own: asked twice with the same seed a model would answer the same. */
function definitionWithout(definition: AgentDefinition, segment: PromptPart | null, seed: number): AgentDefinition {
  const left = segment === null ? definition : withoutParts(definition, [segment]);
  return { ...left, parameters: { ...left.parameters, seed } };
}

function figure(value: number): string {
  return value.toFixed(1);
}

function answers(count: number): string {
  return count === 1 ? '1 answer' : `${String(count)} answers`;
}
