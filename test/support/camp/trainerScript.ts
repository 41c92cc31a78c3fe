import type { ScriptRule, SeenChat } from '../modelServer/script.ts';
import { seedOf } from '../../../src/backend/camp/trainer/seeds.ts';
import { dataBlocks } from './blocks.ts';

/** What a capable model might answer to each question of the trainer, so that every flow can go its whole way. */
export const trainerRules: ScriptRule[] = [
  { when: { schema: 'strategies' }, reply: ({ user }) => ({ json: { strategies: Array.from({ length: countIn(user, /exactly (\d+) strategies/) }, (_, index) => ({ tag: `Tag ${word(index)}`, approach: `Approach ${word(index)}: ${word(index + 7)} ${word(index + 11)} first.` })) } }) },
  { when: { schema: 'agent' }, reply: (request) => ({ json: { name: 'Scripted', description: 'An agent.', systemPrompt: `You work the ${word(numberOf(request))} way. Be kind.`, temperature: 0.5, tools: [] } }) },
  { when: { schema: 'inputs' }, reply: ({ user }) => ({ json: { inputs: Array.from({ length: countIn(user, /exactly (\d+) further/) }, (_, index) => `Input about ${word(index)}.`) } }) },
  { when: { schema: 'reply', user: 'name="lineages"' }, reply: ({ user }) => ({ json: { reply: 'The answers of **B** are long, and the person likes short ones.', suggestions: steers.filter(({ lineage }) => user.includes(`"lineage":"${lineage}","strategy"`)) } }) },
  { when: { schema: 'reply' }, reply: { json: { reply: 'B could ask back first.', suggestions: [{ lineage: 'B', tag: 'Asks Back', approach: 'It asks what is missing before it answers.' }] } } },
  { when: { schema: 'score' }, reply: { json: { reason: 'It is fair.', score: 6 } } },
  { when: { schema: 'aspects' }, reply: { json: { aspects: [{ aspect: 'kindness', direction: 'more', strength: 0.8, inputs: [1, 99] }] } } },
  { when: { schema: 'opinions' }, reply: ({ user }) => ({ json: { effects: Array.from({ length: countIn(user, /each of the (\d+) segments/) }, (_, index) => (index === 0 ? 'harms' : 'helps')) } }) },
  { when: { schema: 'plan' }, reply: { json: { hypothesis: 'The answers are rude.', changes: [{ target: 'systemPrompt', change: 'Ask for kindness.', reason: 'The comments say so.' }] } } },
  { when: { schema: 'evolution' }, reply: { json: { systemPrompt: 'You are very kind. Answer at length.', description: 'A kind agent.', temperature: 0.3, tools: [], texts: [] } } },
  { reply: { text: 'An answer of the agent.' } },
];

const steers = [{ lineage: 'B', holds: 'nextCycle', directive: 'Be half as long.' }, { lineage: 'C', holds: 'always', directive: 'Name the ticket first.' }];

/** Schemas of the questions that the trainer and the judge ask; other chats are the agents' own. */
export function isTrainerChat({ response_format: format }: SeenChat['body']): boolean {
  return format !== undefined;
}

const words = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'heron', 'inlet', 'jetty', 'knoll', 'larch', 'marsh', 'north', 'ocean'];

function word(index: number): string {
  return words[index % words.length] ?? 'other';
}

/** Differs from strategy to strategy. */
function numberOf({ user }: SeenChat): number {
  return seedOf(JSON.stringify(dataBlocks(user).find(({ name }) => name === 'strategy')?.value ?? ''));
}

function countIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 1);
}
