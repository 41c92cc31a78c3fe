import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { installedModel } from '../support/builtInModel.ts';
import { testInferenceClient } from '../support/inferenceClient.ts';

const client = testInferenceClient();
afterAll(() => client.dispose());

const target = { modelPath: installedModel().gguf, adapterPath: null };
const messages = [{ role: 'user' as const, content: 'What is the capital of France?' }];

test('an answer to a schema follows it, at any temperature', async () => {
  const schema = z.object({ city: z.string().max(12), score: z.int().min(0).max(10), note: z.string().max(8).nullable().optional() });
  const responseSchema = z.record(z.string(), z.json()).parse(z.toJSONSchema(schema));
  const answer = await client.chat({ ...target, messages, responseSchema, sampling: { maxTokens: 80, temperature: 2, seed: 1 } });
  expect(answer).toMatchObject({ stop: 'stop', schemaProblems: [] });
  expect(schema.safeParse(JSON.parse(answer.text)).error).toBeUndefined();
});

test('what the grammar can’t hold is told, and the answer stays', async () => {
  const answer = await client.chat({ ...target, messages, responseSchema: { type: 'string', maxLength: 6, pattern: '^[0-9]{9}$' }, sampling: { maxTokens: 20 } });
  expect(answer.schemaProblems).toHaveLength(1);
  expect(JSON.parse(answer.text)).toEqual(expect.any(String));
});

test('a schema that no grammar holds is refused by name', async () => {
  await expect(client.chat({ ...target, messages, responseSchema: { not: {} } })).rejects.toMatchObject({ code: 'schema_unsupported', message: expect.stringContaining('“not”') });
});

test('a stop text ends the answer and is neither in it nor sent', async () => {
  const whole = await client.chat({ ...target, messages, sampling: { maxTokens: 8 } });
  // Within a word, so that the stop text is a part of what tokens say.
  const stop = whole.text.slice(6, 9);
  let sent = '';
  const cut = await client.chat({ ...target, messages, sampling: { maxTokens: 8, stop: ['never said', stop] } }, { onText: (text) => (sent += text) });
  expect(cut.text).toBe(whole.text.slice(0, whole.text.indexOf(stop)));
  expect(cut).toMatchObject({ stop: 'stop' });
  expect(sent).toBe(cut.text);
});

test('log-probabilities are those of the tokens in the text, and of given answers alike', async () => {
  const answer = await client.chat({ ...target, messages, sampling: { maxTokens: 6 }, logprobs: 2 });
  const told = answer.logprobs ?? [];
  expect(told.map(({ text }) => text).join('')).toBe(answer.text);
  for (const { tokenId, logprob, alternatives } of told) {
    // The likeliest token is taken at temperature 0.
    expect(alternatives[0]).toMatchObject({ tokenId, logprob });
    expect(alternatives).toHaveLength(2);
    expect(logprob).toBeLessThanOrEqual(0);
  }
  const { answers } = await client.score({ ...target, messages, answers: [answer.text, 'Purple elephants sing.'] });
  const [own, other] = answers;
  const sum = told.reduce((total, { logprob }) => total + logprob, 0);
  expect(own?.tokens.reduce((total, { logprob }) => total + logprob, 0)).toBeCloseTo(sum, 2);
  expect(own?.end).toBeLessThan(0);
  expect(own?.total).toBeCloseTo(sum + (own?.end ?? 0), 2);
  expect(other?.total).toBeLessThan((own?.total ?? 0) - 20);
});

test('the log-probability of every first token sums up to certainty', async () => {
  const answer = await client.chat({ ...target, messages, sampling: { maxTokens: 1 }, logprobs: 20 });
  const mass = (answer.logprobs?.[0]?.alternatives ?? []).reduce((total, { logprob }) => total + Math.exp(logprob), 0);
  expect(mass).toBeGreaterThan(0.5);
  expect(mass).toBeLessThanOrEqual(1);
});

test('a model whose template knows no tools refuses them', async () => {
  await expect(client.chat({ ...target, messages, tools: [{ type: 'function', function: { name: 'lookup' } }], sampling: { maxTokens: 4 } })).rejects.toMatchObject({ code: 'tools_unsupported' });
});

test('a model made for answers gives no embeddings', async () => {
  await expect(client.embed({ modelPath: target.modelPath, texts: ['a'] })).rejects.toMatchObject({ code: 'not_an_embedding_model' });
});
