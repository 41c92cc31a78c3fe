import { agentDefinitionSchema, type AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import { applyDiff, asJson } from './definitionDiff.ts';
import { joinShortest, splitPrompt, withoutSegments, type Segment } from './segments.ts';

/** A segment of one of an agent's prompts, with the JSON path of that prompt. */
export interface PromptPart extends Segment {
  path: string;
}

/** A text that a model is told something by. In one with places, a step's question, `{{…}}` is filled when it is asked. */
interface Prompt {
  path: string;
  text: string;
  hasPlaces: boolean;
}

/**
 * The parts of all prompts of an agent that can be left out, `most` of them: of the system prompt where any step is asked
 * with it, and of the questions and system prompts of the flow's steps, those within branches and loops among them. The
 * shortest neighbours of a prompt are taken together first; where there are more prompts than `most`, the longest parts
 * stay and `isWhole` is false. A part that only has places says nothing and is none.
 */
export function promptParts(definition: AgentDefinition, most: number): { parts: PromptPart[]; isWhole: boolean } {
  const prompts = promptsOf(definition);
  const all = prompts.flatMap(({ path, text, hasPlaces }) => splitPrompt(text, Infinity).filter((segment) => !hasPlaces || segment.text.replace(places, '').trim() !== '').map((segment): PromptPart => ({ ...segment, path })));
  const joined = joinShortest(all, most, (left, right) => {
    const text = prompts.find(({ path }) => path === left.path)?.text ?? '';
    return left.path === right.path ? { path: left.path, text: text.slice(left.start, right.end), start: left.start, end: right.end } : null;
  });
  if (joined.length <= most) return { parts: joined, isWhole: true };
  const longest = new Set([...joined].sort((a, b) => b.text.length - a.text.length).slice(0, most));
  return { parts: joined.filter((part) => longest.has(part)), isWhole: false };
}

/** The agent without some parts of its prompts. Places in them stay: without its input a step would be another question. */
export function withoutParts(definition: AgentDefinition, parts: readonly Pick<PromptPart, 'path' | 'text' | 'start' | 'end'>[]): AgentDefinition {
  if (parts.length === 0) return definition;
  const changed = promptsOf(definition).flatMap(({ path, text, hasPlaces }) => {
    const own = parts.filter((part) => part.path === path);
    if (own.length === 0) return [];
    const left = hasPlaces ? withPlaces(text, own) : withoutSegments(text, own);
    // A question of nothing could not be asked: what is left is the input as it is.
    return [{ path, before: null, after: hasPlaces && left.trim() === '' ? '{{input}}' : left }];
  });
  return agentDefinitionSchema.parse(applyDiff(asJson(definition), changed));
}

const places = /\{\{[^{}]*\}\}/g;

function withPlaces(text: string, parts: readonly Segment[]): string {
  return [...parts].sort((a, b) => b.start - a.start).reduce((left, { start, end, text: part }) => {
    const kept = part.match(places) ?? [];
    return kept.length === 0 ? withoutSegments(left, [{ text: part, start, end }]) : left.slice(0, start) + kept.join('\n') + left.slice(end);
  }, text).trim();
}

function promptsOf({ systemPrompt, flow }: AgentDefinition): Prompt[] {
  const own: Prompt = { path: '$.systemPrompt', text: systemPrompt, hasPlaces: false };
  if (flow.length === 0) return [own];
  const asked = questionsOf(flow, '$.flow');
  return [...(asked.some(({ isUnderSystemPrompt }) => isUnderSystemPrompt) ? [own] : []), ...asked.flatMap(({ prompts }) => prompts)];
}

interface Question {
  prompts: Prompt[];
  isUnderSystemPrompt: boolean;
}

/** Prompt steps, wherever a step that has steps holds them. What is no known step is looked through all the same. */
function questionsOf(value: unknown, path: string): Question[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => questionsOf(item, `${path}[${String(index)}]`));
  if (!isObject(value)) return [];
  if (value['type'] === 'prompt') {
    const { prompt, system } = value;
    const prompts = [
      ...(typeof system === 'string' ? [{ path: `${path}.system`, text: system, hasPlaces: false }] : []),
      ...(typeof prompt === 'string' ? [{ path: `${path}.prompt`, text: prompt, hasPlaces: true }] : []),
    ];
    return [{ prompts, isUnderSystemPrompt: typeof system !== 'string' }];
  }
  return ['steps', 'cases', 'otherwise'].flatMap((key) => questionsOf(value[key], `${path}.${key}`));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
