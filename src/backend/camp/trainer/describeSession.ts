import type { ChatMessage, ChatSuggestion, LineageLabel } from '../../../protocol/camp.ts';
import type { Json } from '../../../protocol/json.ts';
import type { TrainingView } from '../evolution/trainingView.ts';
import { lowestFirst } from '../standings.ts';
import { newestAgent, presentCases } from '../transitions.ts';
import { data, joined, nothing, prompt, type Prompt } from './quoted.ts';

/** What stands in a session, for a trainer that is talked with about it. */

/** Of each kind the first are shown, the newest, or those with the lowest scores; the prompt says so where it is not all. */
const [shownInputs, shownMessages, shownAnswers, shownSteps] = [16, 16, 16, 8];

export function describeInputs({ inputs }: TrainingView): Prompt {
  if (inputs.length === 0) return nothing;
  const shown = inputs.slice(0, shownInputs).map(({ number, text }) => ({ input: number, text }));
  return joined([
    prompt`Inputs that the agents answer:\n${data('inputs', shown)}`,
    shown.length === inputs.length ? nothing : prompt`(${shown.length} of ${inputs.length} inputs are shown: the first.)`,
  ]);
}

export function describeLineages({ lineages, strategies }: TrainingView): Prompt {
  if (lineages.length === 0) {
    return strategies.length === 0 ? prompt`No strategies are proposed yet.` : prompt`Strategies that are talked about; no agents are made of them yet:\n${data('strategies', strategies.map(({ label, tag, approach }) => ({ lineage: label, tag, approach })))}`;
  }
  return prompt`The lineages with their newest agents:\n${data('lineages', lineages.map((lineage) => {
    const { label, strategyTag, isLocked, directives, cycle, problem } = lineage;
    const agent = newestAgent(lineage);
    return { lineage: label, strategy: strategyTag, isLocked, cycle, always: directives.sticky, nextCycle: directives.oneShot, problem: problem?.message ?? null, version: agent?.version ?? null, systemPrompt: agent?.definition.systemPrompt ?? null };
  }))}`;
}

/** Answers that stand now. */
export function describeStanding(view: TrainingView, about: LineageLabel | null): Prompt {
  const cases = lowestFirst(presentCases(view).filter(({ label }) => about === null || label === about));
  if (cases.length === 0) return nothing;
  const shown = cases.slice(0, shownAnswers).map(({ label, input, artifact, user }) => ({ lineage: label, input: input.number, answered: artifact.content, score: user?.score ?? null, comment: user?.comment ?? '' }));
  return joined([
    prompt`What the agents answered, with the person’s score from 1 (worst) to 10 (best) and comment; null is not scored:\n${data('scored answers', shown)}`,
    shown.length === cases.length ? nothing : prompt`(${shown.length} of ${cases.length} answers are shown: those with the lowest scores.)`,
  ]);
}

/** What was tried, and how it went. */
export function describeSteps({ evolutions }: TrainingView, about: LineageLabel | null): Prompt {
  const steps = evolutions.filter(({ lineage }) => about === null || lineage === about);
  if (steps.length === 0) return nothing;
  return joined([
    prompt`Steps of evolution, with their effect on the mean score where it is known:\n${data('steps', steps.slice(-shownSteps).map(({ lineage, parentVersion, version, score, effect, hypothesis, plan }) => ({ lineage, from: parentVersion, to: version, answersScore: score, effect, hypothesis, changes: plan.map(({ change }) => change) })))}`,
    steps.length <= shownSteps ? nothing : prompt`(${shownSteps} of ${steps.length} steps are shown: the newest.)`,
  ]);
}

export function describeEarlier(earlier: readonly ChatMessage[]): Prompt {
  if (earlier.length === 0) return nothing;
  return joined([
    prompt`What you and the person said before:\n${data('conversation', earlier.slice(-shownMessages).map(({ by, text, about, suggestions }) => ({ by: by === 'user' ? 'person' : 'you', text, ...(about === null ? {} : { about }), ...(suggestions.length === 0 ? {} : { suggestions: suggestions.map(suggestionData) }) })))}`,
    earlier.length <= shownMessages ? nothing : prompt`(${shownMessages} of ${earlier.length} messages are shown: the newest.)`,
  ]);
}

/** As the model writes one. */
function suggestionData(suggestion: ChatSuggestion): Json {
  const { lineage } = suggestion;
  if (suggestion.kind === 'strategy') return { lineage, tag: suggestion.tag, approach: suggestion.approach };
  return { lineage, holds: suggestion.holds === 'sticky' ? 'always' : 'nextCycle', directive: suggestion.text };
}
