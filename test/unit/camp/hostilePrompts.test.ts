import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evolveLineage } from '../../../src/backend/camp/evolution/pipeline.ts';
import { evolveByFeedback } from '../../../src/backend/camp/evolution/evolveByFeedback.ts';
import { trainingView } from '../../../src/backend/camp/evolution/trainingView.ts';
import { preScore } from '../../../src/backend/camp/judge/preScore.ts';
import { answerMessage } from '../../../src/backend/camp/trainer/conversation.ts';
import { generateDefinition } from '../../../src/backend/camp/trainer/generateDefinition.ts';
import { makePrototype } from '../../../src/backend/camp/trainer/prototype.ts';
import { proposeFromPrototype, proposeStrategies } from '../../../src/backend/camp/trainer/strategies.ts';
import { suggestInputs } from '../../../src/backend/camp/trainer/suggestInputs.ts';
import { agentDefinitionSchema } from '../../../src/protocol/agentDefinitions.ts';
import type { ChatMessage, SessionDocument } from '../../../src/protocol/camp.ts';
import type { ChatModel } from '../../../src/backend/providers/chatModel.ts';
import { dataBlocks, ownWords } from '../../support/camp/blocks.ts';
import { injections } from '../../support/camp/injections.ts';
import { noTools } from '../../support/camp/noTools.ts';
import { execute } from '../../support/camp/execute.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';
import { isTrainerChat, trainerRules } from '../../support/camp/trainerScript.ts';
import { modelOf } from '../../support/modelServer/client.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';

let server: ModelServer;
let model: ChatModel;
const options = { signal: new AbortController().signal };
beforeAll(async () => {
  server = await startModelServer({ rules: trainerRules });
  model = modelOf(server.url);
  await model.capabilities(options.signal);
});
afterAll(async () => {
  await server.close();
});

/** A session in which every text that comes from outside is the given one. */
function sessionOf(text: string): SessionDocument {
  const version = (systemPrompt: string, score: number) => ({ systemPrompt, plan: text, answers: [1, 2].map((input) => ({ input, content: text, score, comment: text })) });
  return sessionDocument({
    need: text, constraints: text,
    inputs: [{ text }, { text }, { text: 'held out', isHeldOut: true }],
    lineages: { A: [version(`Old agent.\n\n${text}\n\nBe fair.`, 8), version(`Good agent.\n\n${text}\n\nBe fair.`, 3)], B: [version(`Other agent. ${text}`, 9)] },
    lineage: { directives: { sticky: text, oneShot: text } },
  });
}

/** Everything that asks a model on behalf of the trainer or the judge. */
const flows: Record<string, (document: SessionDocument, text: string) => Promise<unknown>> = {
  'strategies': async (_, text) => await proposeStrategies(model, { need: text, constraints: text, inputs: [text], count: 4, avoid: [{ tag: text, approach: text }] }, options),
  'variations': async (_, text) => await proposeFromPrototype(model, { need: text, constraints: text, inputs: [text], count: 3, avoid: [], kind: 'variations', prototype: agentDefinitionSchema.parse({ name: text, description: text, systemPrompt: text }) }, options),
  'definition': async (document, text) => await generateDefinition(model, { document, strategy: { label: 'C', tag: 'Tag', approach: text }, others: [agentDefinitionSchema.parse({ name: text, systemPrompt: text })], prototype: null, tools: [{ name: text, description: text }] }, options),
  'prototype': async (document) => await makePrototype(model, { document, tools: [] }, options),
  'inputs': async (document) => await suggestInputs(model, { document, count: 4 }, options),
  'judge': async (_, text) => await preScore(model, { need: text, constraints: text, input: text, artifact: text }, 1, options),
  'quick start feedback': async (document, text) => await evolveByFeedback(model, { document, label: 'A', feedback: text }, options),
  'conversation': async (document, text) => await answerMessage(model, { view: trainingView(document), question: said('user', text), earlier: [said('user', text), said('trainer', text)] }, options),
  'evolution with an opinion': async (document) => await evolve(document, null),
  'evolution with a judge': async (document) => await evolve(document, model),
};

function said(by: ChatMessage['by'], text: string): ChatMessage {
  return { number: 1, by, text, about: null, suggestions: [], notes: [], model: '', costUsd: null, created: '2026-01-01T00:00:00Z' };
}

async function evolve(document: SessionDocument, judgeModel: ChatModel | null): Promise<unknown> {
  return await evolveLineage({ document, label: 'A', trainerModel: model, agentModel: model, judgeModel, execute, tools: noTools, budget: { creditCalls: 32 } }, { ...options, onProgress: () => undefined });
}

/** What was asked while something went on. */
async function asked(work: () => Promise<unknown>): Promise<{ role: string; text: string }[]> {
  const before = server.chats().length;
  await work();
  const messages = server.chats().slice(before).filter(isTrainerChat).flatMap((chat) => chat.messages);
  return messages.map(({ role, content }) => ({ role, text: typeof content === 'string' ? content : '' }));
}

/** The trainer's own words; how many segments a prompt has is told by a number. */
function words(messages: readonly { text: string }[]): Set<string> {
  return new Set(messages.map(({ text }) => ownWords(text).replace(/\d+/g, 'n')));
}

describe.each(Object.entries(flows))('%s', (_name, flow) => {
  let plain: Set<string>;
  beforeAll(async () => {
    plain = words(await asked(async () => await flow(sessionOf('Plain words. Nothing else.'), 'Plain words. Nothing else.')));
  });

  it.each(injections)('keeps %j what it is: data, in prompts whose own words stay the same', async (text) => {
    const document = sessionOf(text);
    const before = JSON.stringify(document);
    const hostile = await asked(async () => await flow(document, text));
    const blocks = hostile.flatMap((message) => dataBlocks(message.text));
    expect(words(hostile)).toEqual(plain);
    expect(blocks.some(({ value }) => JSON.stringify(value).includes(JSON.stringify(text).slice(1, -1)))).toBe(true);
    expect(hostile.filter(({ role }) => role === 'system').every((message) => dataBlocks(message.text).length === 0)).toBe(true);
    expect(JSON.stringify(document)).toBe(before);
  });
});
