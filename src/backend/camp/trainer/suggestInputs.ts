import { z } from 'zod';
import type { InputSplit, SessionDocument } from '../../../protocol/camp.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { askModel, askUntilGood, exampleFor, isSmall, smallTemperature, tokensFor, type Noted, type TrainerOptions } from './ask.ts';
import { normalised } from './likeness.ts';
import { data, joined, prompt, type Prompt } from './quoted.ts';
import { shortStatement, smallRole, statement, trainerRole } from './roles.ts';
import { seedOf } from './seeds.ts';
import { exampleInput, exampleNeed } from './smallExamples.ts';
import { trainInputs } from './trainInputs.ts';

export interface SuggestedInput {
  text: string;
  split: InputSplit;
}

const trials = 4;
/** Every fourth suggestion is for the held-out part. */
const heldOutEvery = 4;
/** The newest are shown; all are compared with. */
const mostShown = 40;

/** Test inputs that the session does not have yet. Held-out ones it has are compared with here and shown to no model. */
export async function suggestInputs(model: ChatModel, { document, count }: { document: SessionDocument; count: number }, options: TrainerOptions): Promise<Noted<SuggestedInput[]>> {
  const isSmallModel = await isSmall(model, options.signal);
  const taken = new Set([exampleInput, ...document.inputs.map(({ text }) => text)].map(normalised));
  const shown = trainInputs(document).map(({ text }) => text);
  const found: string[] = [];
  const notes = new Set<string>();
  while (found.length < count) {
    const wanted = isSmallModel ? 1 : count - found.length;
    const asked = await askUntilGood({
      attempts: isSmallModel ? trials * 2 : trials,
      ask: async (attempt, complaint) => await askModel(model, {
        name: 'inputs',
        role: isSmallModel ? smallRole : trainerRole,
        task: joined([
          isSmallModel ? shortStatement(document.session) : statement(document.session),
          // A small model repeats what it is shown.
          isSmallModel || shown.length + found.length === 0 ? prompt`` : prompt`Inputs that there are already:\n${data('inputs', [...shown, ...found].slice(-mostShown))}`,
          isSmallModel
            ? oneInput
            : prompt`Write exactly ${wanted} further inputs that people would give to such an agent, as different from each other as real ones are, easy and hard ones. Each is what the agent would be sent, and nothing about it.`,
          isSmallModel ? manners[found.length % manners.length] ?? prompt`` : prompt``,
          complaint,
        ]),
        ...(isSmallModel ? exampleFor(attempt, { task: joined([shortStatement(exampleNeed), oneInput]), answer: { inputs: [exampleInput] } }) : {}),
        schema: z.object({ inputs: z.array(z.string().min(1).max(isSmallModel ? 240 : 20_000)).length(wanted) }),
        sampling: { temperature: isSmallModel ? smallTemperature(attempt) : 0.9, seed: seedOf('inputs', document.session.id, document.inputs.length, found.length, attempt), maxTokens: isSmallModel ? tokensFor(240) : 8192 },
      }, options),
      check: ({ inputs }) => {
        const fresh = [...new Map(inputs.map((text) => [normalised(text), text.trim()])).entries()].filter(([key]) => key !== '' && !taken.has(key));
        if (fresh.length > 0) return { isGood: true, value: fresh };
        return { isGood: false, code: 'inputs_not_distinct', message: 'The model suggested only inputs that the session has already.', complaint: prompt`Its inputs are there already.` };
      },
    });
    for (const note of asked.notes) notes.add(note);
    for (const [key, text] of asked.value) {
      taken.add(key);
      found.push(text);
    }
  }
  return { value: found.slice(0, count).map((text, index) => ({ text, split: index % heldOutEvery === heldOutEvery - 1 ? 'heldOut' : 'train' })), notes: [...notes] };
}

const oneInput = prompt`Write one input that a person would give to such an agent: what the agent would be sent, and nothing about it.`;

/** A small model writes the same input again and again unless it is pushed elsewhere. */
const manners: readonly Prompt[] = [
  prompt`The person writes in one short sentence.`,
  prompt`The person tells a whole story around it.`,
  prompt`The person is in a hurry and makes mistakes.`,
  prompt`The person leaves something important out.`,
  prompt`The person asks for two things at once.`,
  prompt`The person is upset.`,
];
