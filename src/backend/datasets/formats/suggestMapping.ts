import type { Json } from '../../../protocol/json.ts';
import { isObject, own } from './json.ts';

/** A `--map` line for columns that no format knows: by their names where those tell, else by the length of their texts. */
export function suggestMapping(samples: readonly Json[], keys: readonly string[]): string {
  const texts = keys.filter((key) => samples.some((row) => isObject(row) && typeof own(row, key) === 'string'));
  const prompt = texts.find((key) => promptNames.has(key.toLowerCase()));
  const answer = texts.find((key) => answerNames.has(key.toLowerCase()));
  const [shorter, longer] = [...texts].sort((left, right) => meanLength(samples, left) - meanLength(samples, right)).slice(-2);
  if (prompt !== undefined && answer !== undefined) return advise(prompt, answer);
  if (shorter !== undefined && longer !== undefined) return advise(prompt ?? (answer === shorter ? longer : shorter), answer ?? (prompt === longer ? shorter : longer));
  if (shorter !== undefined) return `Name the columns with --map, for example --map ${pair('text', shorter)}.`;
  return 'Name the columns with --map, for example --map messages=$.data.turns.';
}

function advise(prompt: string, answer: string): string {
  return `Name the columns with --map, for example --map ${pair('prompt', prompt)} --map ${pair('completion', answer)}.`;
}

function pair(target: string, column: string): string {
  return /^[\w.-]+$/.test(column) ? `${target}=${column}` : JSON.stringify(`${target}=${column.slice(0, 60)}`);
}

function meanLength(samples: readonly Json[], key: string): number {
  let total = 0;
  for (const row of samples) {
    const value = isObject(row) ? own(row, key) : undefined;
    if (typeof value === 'string') total += value.length;
  }
  return total / Math.max(1, samples.length);
}

const promptNames: ReadonlySet<string> = new Set(['prompt', 'question', 'query', 'instruction', 'input', 'inputs', 'source', 'user', 'human', 'context', 'problem', 'request', 'title', 'q']);
const answerNames: ReadonlySet<string> = new Set(['completion', 'answer', 'answers', 'response', 'output', 'outputs', 'target', 'targets', 'assistant', 'bot', 'reply', 'solution', 'summary', 'translation', 'a']);
