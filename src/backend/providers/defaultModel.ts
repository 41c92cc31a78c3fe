import type { Provider } from '../../protocol/providers.ts';
import { CampError } from '../../protocol/errors.ts';
import type { Keys } from './keys.ts';
import { labelOf } from './provider.ts';
import { endpointOf } from './remoteModel.ts';
import { serverModels } from './serverModels.ts';

/** A server that is slower than this to list its models does not become the default by itself. */
const trialMs = 3000;
const keyringTooSlow = 'the keyring took too long to give its key.';

export interface Trial {
  working: { provider: Provider; model: string } | null;
  /** Why the others did not come into question, a sentence each. */
  problems: string[];
}

/**
 * The first of a person's providers that answers, in their order, and a model of it. Only providers that were added count:
 * a key that happens to be in the environment is no leave to send prompts anywhere.
 */
export async function firstThatWorks(providers: readonly Provider[], keys: Keys, signal: AbortSignal): Promise<Trial> {
  const problems: string[] = [];
  let isKeyringSlow = false;
  for (const provider of providers) {
    // One that waits for a person is not waited for again with each key in it.
    if (isKeyringSlow && keys.locate(provider).source === 'keyring') {
      problems.push(`${labelOf(provider)}: ${keyringTooSlow}`);
      continue;
    }
    const tried = await tryProvider(provider, keys, signal);
    if (tried.problem === keyringTooSlow) isKeyringSlow = true;
    if (tried.model !== null) return { working: { provider, model: tried.model }, problems };
    problems.push(`${labelOf(provider)}: ${tried.problem}`);
  }
  return { working: null, problems };
}

type Tried = { model: string; problem: null } | { model: null; problem: string };

async function tryProvider(provider: Provider, keys: Keys, signal: AbortSignal): Promise<Tried> {
  let tooLate = keyringTooSlow;
  try {
    if (keys.locate(provider).source === 'missing') return { model: null, problem: 'it has no key.' };
    const trial = AbortSignal.any([signal, AbortSignal.timeout(trialMs)]);
    const endpoint = await endpointOf(provider, keys, trial);
    tooLate = 'it took too long to answer.';
    const models = await serverModels(endpoint, trial);
    const model = provider.model ?? models[0];
    return model === undefined ? { model: null, problem: 'it has no model.' } : { model, problem: null };
  } catch (error) {
    signal.throwIfAborted();
    // It answers, and some servers have no such list.
    if (error instanceof CampError && error.code === 'models_not_listed' && provider.model !== null) return { model: provider.model, problem: null };
    return { model: null, problem: error instanceof CampError ? error.message : tooLate };
  }
}
