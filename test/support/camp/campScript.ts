import { seedOf } from '../../../src/backend/camp/trainer/seeds.ts';
import type { ModelScript } from '../modelServer/script.ts';
import { trainerRules } from './trainerScript.ts';

/** A paid provider of a whole session: no two agents of it are alike, and each answer names who gave it. */
export const script: ModelScript = {
  rules: [
    {
      when: { schema: 'strategies', user: 'an agent for it already' },
      reply: { json: { strategies: ['one', 'two', 'three'].map((tag) => ({ tag: `Beside ${tag}`, approach: `It goes the ${tag} way.` })) } },
    },
    {
      when: { schema: 'evolution' },
      reply: ({ user }) => ({ json: { systemPrompt: `You are agent ${String(seedOf(user))}. Be kind. Answer at length.`, description: 'A kind agent.', temperature: 0.3, tools: [], texts: [] } }),
    },
    ...trainerRules.filter(({ when }) => when !== undefined),
    { when: { system: 'You ' }, reply: ({ system, user }) => ({ text: `${system.slice(0, 40)} says of ${user.slice(0, 40)}: we look into it`, trouble: { firstPieceMs: 40, pieceMs: 5 } }) },
    { reply: { text: 'An answer.' } },
  ],
};
