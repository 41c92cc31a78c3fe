import { seedOf } from '../../../src/backend/camp/trainer/seeds.ts';
import type { ModelScript, ScriptReply, ScriptRule } from '../modelServer/script.ts';
import { trainerRules } from './trainerScript.ts';

/** A paid provider of a whole session: no two agents of it are alike, and each answer names who gave it. */
export const script: ModelScript = {
  rules: [
    {
      when: { schema: 'strategies', user: 'an agent for it already' },
      reply: { json: { strategies: ['one', 'two', 'three'].map((tag) => ({ tag: `Beside ${tag}`, approach: `It goes the ${tag} way.` })) } },
    },
    {
      when: { schema: 'strategies', user: 'name="taken strategies"' },
      reply: { json: { strategies: ['north', 'east', 'south', 'west'].map((tag) => ({ tag: `Other ${tag}`, approach: `It takes the ${tag} road, and asks at every ${tag} gate.` })) } },
    },
    slowly({
      when: { schema: 'evolution' },
      reply: ({ user }) => ({ json: { systemPrompt: `You are agent ${String(seedOf(user))}. Be kind. Answer at length.`, description: 'A kind agent.', temperature: 0.3, tools: [], texts: [] } }),
    }),
    ...trainerRules.filter(({ when }) => when !== undefined).map(slowly),
    { when: { system: 'You ' }, reply: ({ system, user }) => ({ text: `${system.slice(0, 40)} says of ${user.slice(0, 40)}: we look into it`, trouble: { firstPieceMs: 40, pieceMs: 5 } }) },
    { reply: { text: 'An answer.' } },
  ],
};

/** As real models write: a word at a time. */
function slowly({ when, reply }: ScriptRule): ScriptRule {
  const slow = (answer: ScriptReply): ScriptReply => ('status' in answer ? answer : { ...answer, trouble: { firstPieceMs: 30, pieceMs: 4 } });
  return { when, reply: typeof reply === 'function' ? (request) => slow(reply(request)) : slow(reply) };
}
