import { assignCredit, type Credit } from '../../../src/backend/camp/evolution/creditAssignment.ts';
import { gatherEvidence } from '../../../src/backend/camp/evolution/evidence.ts';
import { trainingView } from '../../../src/backend/camp/evolution/trainingView.ts';
import { seedOf } from '../../../src/backend/camp/trainer/seeds.ts';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import { modelOf } from '../modelServer/client.ts';
import { startModelServer, type ModelServer } from '../modelServer/modelServer.ts';
import type { ScriptRule } from '../modelServer/script.ts';
import { textBlock } from './blocks.ts';
import { execute } from './execute.ts';
import { sessionDocument } from './sessionDocument.ts';
import { noTools } from './noTools.ts';

export const harmful = 'Answer in riddles that the customer has to solve.';
export const helpful = 'Name the next step and who takes it.';
/** Eight sentences, of which one harms and one helps. The order is no hint. */
export const plantedPrompt = [
  'You are an assistant of a support desk.', 'Read the ticket with care.', helpful, 'Write in plain words.',
  'Keep to the facts of the ticket.', harmful, 'Mention the order number.', 'End with a greeting.',
].join(' ');

export interface PlantedServerInit {
  /** Standard deviation of the judge's score, before it is rounded to a whole one. */
  deviation: number;
  /** How much the harmful sentence costs and the helpful one brings. */
  points: number;
}

/**
 * A judge that scores the answer it is shown, with scatter that follows from the request's seed, and an agent that does
 * what its prompt says.
 */
export function plantedRules({ deviation, points }: PlantedServerInit): [judge: ScriptRule, agent: ScriptRule] {
  return [
    {
      when: { schema: 'score' },
      reply: ({ user, body }) => {
        const work = textBlock(user, 'work');
        const quality = 6 - (work.includes('riddle') ? points : 0) + (work.includes('next step') ? points / 2 : -points / 2);
        return { json: { reason: 'By what it says.', score: Math.min(10, Math.max(1, Math.round(quality + deviation * scatter(body.seed ?? 0)))) } };
      },
    },
    { reply: ({ system }) => ({ text: answerOf(system) }) },
  ];
}

/** Both as one scripted server, which is driven by the product's own client. */
export async function startPlantedServer(init: PlantedServerInit): Promise<ModelServer> {
  return await startModelServer({ rules: plantedRules(init) });
}

/** A session whose agent has the planted prompt, scored by a person; seeds of calls follow from its id. */
export function plantedSession(seed: number): SessionDocument {
  const content = answerOf(plantedPrompt);
  return sessionDocument({
    inputs: [{ text: 'Where is my parcel?' }, { text: 'The cup is broken.' }, { text: 'I want my money back.' }],
    lineages: { A: [{ systemPrompt: plantedPrompt, answers: [{ input: 1, content, score: 4 }, { input: 2, content, score: 3 }, { input: 3, content, score: 5 }] }] },
    more: { session: { id: `se_seed-${String(seed)}`, name: 'Tickets', need: 'Answer tickets of a support desk.', mode: 'training', created: '2026-01-01T00:00:00Z', updated: '2026-01-01T00:00:00Z' } },
  });
}

export interface PlantedCredit extends Credit {
  /** The harmful sentence has the most blame, and the helpful one the least. */
  isRight: boolean;
}

export async function measurePlanted(server: ModelServer, { seed, maxCalls }: { seed: number; maxCalls: number }): Promise<PlantedCredit> {
  const model = modelOf(server.url);
  const evidence = gatherEvidence(trainingView(plantedSession(seed)), 'A');
  const request = { trainerModel: model, agentModel: model, judgeModel: model, execute, tools: noTools, maxCalls };
  const credit = await assignCredit(evidence, request, { signal: new AbortController().signal, onProgress: () => undefined });
  const ranked = [...credit.segments].sort((a, b) => b.blame - a.blame);
  return { ...credit, isRight: ranked[0]?.segment === harmful && ranked.at(-1)?.segment === helpful };
}

function answerOf(system: string): string {
  return ['The parcel is on its way.', system.includes(harmful) ? 'Solve this riddle first.' : '', system.includes(helpful) ? 'The next step is ours.' : ''].filter((text) => text !== '').join(' ');
}

/** Standard normal by Box and Muller, from a seed. */
function scatter(seed: number): number {
  const uniform = (part: string) => (seedOf(part, seed) + 0.5) / 2 ** 31;
  return Math.sqrt(-2 * Math.log(uniform('radius'))) * Math.cos(2 * Math.PI * uniform('angle'));
}
