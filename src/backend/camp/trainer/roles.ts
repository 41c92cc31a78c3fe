import { data, joined, prompt, type Prompt } from './quoted.ts';

/** What the model that makes agents is told first, whatever it is then asked. */
export const trainerRole = prompt`You design AI agents. An agent is a language model with a system prompt that you write. People compare agents by what these produce and score it from 1 to 10. You answer with JSON of the form that is asked for and nothing else.`;

/** What it is told where it talks with the person. */
export const chatRole = prompt`You are the trainer of a session in which a person evolves AI agents by comparing them. Agents of the lineages A to D answer the same inputs, the person scores the answers from 1 to 10, and agents that are not locked are rewritten by scores, comments and directives. You talk with the person about this session. You answer with JSON of the form that is asked for and nothing else.`;

/** The same for a small model, which follows few words. */
export const smallRole = prompt`You design AI assistants. You answer with JSON.`;

/** What the session is about, for a small model. */
export function shortStatement({ need, constraints }: { need: string; constraints: string }): Prompt {
  return joined([prompt`${data('need', need)}`, constraints.trim() === '' ? prompt`` : prompt`${data('constraints', constraints)}`]);
}

/** What the session is about, as data. */
export function statement({ need, constraints }: { need: string; constraints: string }): Prompt {
  return joined([
    prompt`What a person needs from an agent:\n${data('need', need)}`,
    constraints.trim() === '' ? prompt`` : prompt`What the person requires of it:\n${data('constraints', constraints)}`,
  ]);
}

/** Some of the inputs that agents will be tried on, as data. */
export function examples(inputs: readonly string[]): Prompt {
  const shown = inputs.slice(0, shownInputs);
  if (shown.length === 0) return prompt``;
  return joined([
    prompt`What the agent will be given, one input at a time:\n${data('inputs', shown)}`,
    shown.length === inputs.length ? prompt`` : prompt`(${shown.length} of ${inputs.length} inputs are shown.)`,
  ]);
}

const shownInputs = 8;
