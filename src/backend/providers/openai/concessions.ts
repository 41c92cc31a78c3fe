import type { APIError } from 'openai';

/**
 * What a server turned out not to take, found by its answering 400, which costs nothing. OpenAI's newer models refuse
 * `max_tokens` or a temperature by name; other servers refuse a JSON Schema, `stream_options` or a seed without saying so.
 */
export interface Concessions {
  structured: 'schema' | 'object' | 'asked';
  maxTokensKey: 'max_tokens' | 'max_completion_tokens';
  /** Parameters that are left out. */
  without: ReadonlySet<OmittedParameter>;
}

const omittable = ['stream_options', 'seed', 'temperature', 'top_p', 'stop'] as const;
export type OmittedParameter = (typeof omittable)[number];

export function noConcessions(maxTokensKey: Concessions['maxTokensKey']): Concessions {
  return { structured: 'schema', maxTokensKey, without: new Set() };
}

/** What a request carried that may be the reason of its refusal. */
export interface Carried {
  hasResponseFormat: boolean;
  hasSeed: boolean;
}

/**
 * What to try after a refusal; null where nothing is left to concede. A server seldom says what it has against a request,
 * and a prompt that is too long is refused in the same way: what is tried is known only once `learn` is told of it.
 */
export function concede(made: Concessions, error: APIError, carried: Carried): Concessions | null {
  const named = error.param ?? '';
  if (named === made.maxTokensKey) {
    const other = made.maxTokensKey === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    return error.code === 'unsupported_parameter' ? { ...made, maxTokensKey: other } : null;
  }
  const parameter = omittable.find((name) => name === named);
  if (parameter !== undefined) return made.without.has(parameter) ? null : { ...made, without: new Set([...made.without, parameter]) };
  // A refusal that names another part of the request is about that part.
  if (named !== '' && !named.startsWith('response_format')) return null;
  if (carried.hasResponseFormat && made.structured === 'schema') return { ...made, structured: 'object' };
  if (carried.hasResponseFormat && made.structured === 'object') return { ...made, structured: 'asked' };
  if (named !== '') return null;
  const next = (['stream_options', 'seed'] as const).find((name) => !made.without.has(name) && (name !== 'seed' || carried.hasSeed));
  return next === undefined ? null : { ...made, without: new Set([...made.without, next]) };
}

/**
 * What a server is known not to take, once the step from a refused request to another was answered. Steps before the last
 * one changed nothing, so that they say nothing: where they were needed as well, the next request finds that out.
 */
export function learn(known: Concessions, step: ConcededStep): Concessions {
  const { from, to } = step;
  return both(known, {
    structured: from.structured === to.structured ? known.structured : to.structured,
    maxTokensKey: from.maxTokensKey === to.maxTokensKey ? known.maxTokensKey : to.maxTokensKey,
    without: new Set([...to.without].filter((name) => !from.without.has(name))),
  });
}

export interface ConcededStep {
  from: Concessions;
  to: Concessions;
}

/** What is conceded in either; the name for the longest length is that of the second. */
export function both(first: Concessions, second: Concessions): Concessions {
  const structured = structuredForms[Math.max(structuredForms.indexOf(first.structured), structuredForms.indexOf(second.structured))] ?? 'asked';
  return { structured, maxTokensKey: second.maxTokensKey, without: new Set([...first.without, ...second.without]) };
}

/** From the strictest to the one that every server takes. */
const structuredForms = ['schema', 'object', 'asked'] as const;
