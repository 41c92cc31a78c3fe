import OpenAI, { NotFoundError } from 'openai';
import { z } from 'zod';
import { notFound } from '../../../protocol/errors.ts';
import { badAnswer } from './answerReader.ts';
import type { Endpoint } from './endpoint.ts';
import { problemOf } from './problems.ts';

const listSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Ids of the models that a server lists ("List models"), sorted. */
export async function listModels(endpoint: Endpoint, signal: AbortSignal): Promise<string[]> {
  try {
    const page = listSchema.safeParse(await endpoint.client(OpenAI).models.list({ signal }));
    if (!page.success) throw badAnswer(endpoint.name, 'something that is not a list of models', '');
    return page.data.data.map(({ id }) => id).sort();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NotFoundError) throw notFound('models_not_listed', `${endpoint.name} lists no models at ${endpoint.url}.`, { hint: 'Some servers do not: name a model with --model. Or the base URL lacks its /v1.' });
    throw problemOf(error, { endpoint, label: endpoint.name, model: '', sent: [] }).error;
  }
}
