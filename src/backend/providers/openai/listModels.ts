import OpenAI from 'openai';
import { z } from 'zod';
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
    throw problemOf(error, { endpoint, label: endpoint.name, model: '', sent: [] }).error;
  }
}
