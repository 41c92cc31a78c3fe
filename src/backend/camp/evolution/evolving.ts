import { z } from 'zod';
import { agentDefinitionSchema, type AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { Session } from '../../../protocol/camp.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { askModel, askUntilGood, exampleFor, isSmall, smallTemperature, tokensFor, type Noted, type TrainerOptions, type Verdict } from '../trainer/ask.ts';
import { checkPrompt } from '../trainer/generateDefinition.ts';
import { normalised } from '../trainer/likeness.ts';
import { data, joined, prompt, type Prompt } from '../trainer/quoted.ts';
import { smallRole, statement, trainerRole } from '../trainer/roles.ts';
import { exampleAnswered, exampleInstruction, exampleNeed, examplePrompt } from '../trainer/smallExamples.ts';
import { applyDiff, asJson, definitionDiff, textsOf } from './definitionDiff.ts';
import { describeAnswers } from './evidence.ts';
import { isAmong, repeatsOf, type Harm, type Repeat } from './harm.ts';
import { splitPrompt } from './segments.ts';
import { wishedFor } from './wished.ts';

export interface EvolvingRequest {
  session: Session;
  /** The agent as it is; the new one must differ from it. */
  current: AgentDefinition;
  /** What the model works on: the agent without the segments that were found to harm. */
  start: AgentDefinition;
  /** What is to change and why. */
  guidance: Prompt;
  harm: Harm;
  /** Agents of the other lineages, whose prompts must stay different. */
  others: readonly AgentDefinition[];
  /** What the person said that the agent should do; where it asks for what hurt before, that is allowed. */
  wishes: readonly string[];
  seedFor: (attempt: number) => number;
}

interface Check {
  model: ChatModel;
  attempt: number;
  request: EvolvingRequest;
  options: TrainerOptions;
}

const trials = 3;

/** The next definition. `nothing_changed` where the model keeps giving the agent back as it is. */
export async function evolveDefinition(model: ChatModel, request: EvolvingRequest, options: TrainerOptions): Promise<Noted<AgentDefinition>> {
  return (await isSmall(model, options.signal)) ? await addInstruction(model, request, options) : await rewrite(model, request, options);
}

async function rewrite(model: ChatModel, request: EvolvingRequest, options: TrainerOptions): Promise<Noted<AgentDefinition>> {
  const { start } = request;
  const tools = start.tools.map((tool) => (typeof tool === 'string' ? tool : tool.name));
  const steps = textsOf(asJson(start), '$').filter(({ path }) => /^\$\.flow\[\d+\]/.test(path) && !/^\$\.flow\[\d+\]\.(?:id|type)$/.test(path));
  return await askUntilGood({
    attempts: trials,
    ask: async (attempt, complaint) => await askModel(model, {
      name: 'evolution', role: trainerRole,
      task: joined([
        statement(request.session),
        prompt`The agent:\n${data('agent', { description: start.description, systemPrompt: start.systemPrompt, tools, temperature: start.parameters.temperature ?? null, texts: steps })}`,
        request.guidance,
        prompt`Write the next version. "systemPrompt" is the whole new system prompt, with everything kept that is not to change. "temperature" and "tools" as they should be now; of the tools only those that it has. "texts" replaces texts of its flow by their path, and is empty where none changes.`,
        complaint,
      ]),
      schema: z.object({
        systemPrompt: z.string().min(1).max(50_000),
        description: z.string().max(2000),
        temperature: z.number().min(0).max(2).nullable(),
        tools: z.array(z.string().max(200)).max(100),
        texts: z.array(z.object({ path: z.string().max(1000), text: z.string().max(50_000) })).max(100),
      }),
      sampling: { temperature: 0.4, seed: request.seedFor(attempt), maxTokens: 8192 },
    }, options),
    check: async (written, attempt) => {
      const unknown = written.tools.find((tool) => !tools.includes(tool));
      if (unknown !== undefined) return { isGood: false, code: 'tool_not_found', message: 'The model gave the agent a tool that it does not have.', complaint: prompt`It has no such tool: ${data('tool', unknown)}` };
      const stray = written.texts.find(({ path }) => !steps.some((step) => step.path === path));
      if (stray !== undefined) return { isGood: false, code: 'path_not_found', message: 'The model changed a step that the flow does not have.', complaint: prompt`There is no text at this path: ${data('path', stray.path)}` };
      const edited = agentDefinitionSchema.parse(applyDiff(asJson(start), written.texts.map(({ path, text }) => ({ path, before: null, after: text }))));
      return await checkEvolved({
        ...edited,
        systemPrompt: written.systemPrompt,
        description: written.description,
        tools: edited.tools.filter((tool) => written.tools.includes(typeof tool === 'string' ? tool : tool.name)),
        parameters: { ...edited.parameters, ...(written.temperature === null ? {} : { temperature: written.temperature }) },
      }, { model, attempt, request, options });
    },
  });
}

/** A small model rewrites a prompt badly, but can add a sentence to it. */
async function addInstruction(model: ChatModel, request: EvolvingRequest, options: TrainerOptions): Promise<Noted<AgentDefinition>> {
  const question = (about: Prompt, instructions: string, guidance: Prompt) => joined([
    about, prompt`The agent’s instructions:\n${data('instructions', instructions)}`, guidance,
    prompt`Write one further instruction for the agent, one sentence that begins with a verb, as "instruction".`,
  ]);
  return await askUntilGood({
    attempts: trials * 2,
    ask: async (attempt) => await askModel(model, {
      name: 'instruction', role: smallRole,
      task: question(statement(request.session), request.start.systemPrompt, request.guidance),
      ...exampleFor(attempt, { task: question(statement(exampleNeed), examplePrompt, describeAnswers([exampleAnswered])), answer: { instruction: exampleInstruction } }),
      schema: z.object({ instruction: z.string().min(10).max(240) }),
      sampling: { temperature: smallTemperature(attempt), seed: request.seedFor(attempt), maxTokens: tokensFor(240) },
    }, options),
    check: async ({ instruction }, attempt) => {
      const known = splitPrompt(request.start.systemPrompt, Infinity).map(({ text }) => text);
      if (normalised(instruction) === '' || isAmong(instruction, [...known, exampleInstruction])) return nothingChanged;
      const verdict = await checkEvolved({ ...request.start, systemPrompt: `${request.start.systemPrompt.trimEnd()}\n${instruction.trim()}` }, { model, attempt, request, options });
      // It is not told what was wrong but asked more boldly, which may take more than once.
      return verdict.isGood ? verdict : { ...verdict, isLastChance: false };
    },
  });
}

const nothingChanged: Verdict<never> = {
  isGood: false, code: 'nothing_changed', message: 'The model gave the agent back as it was.', complaint: prompt`The agent was given back as it was. Make the changes.`,
};

/** The agent made ready; what the person's wishes ask for is allowed where it hurt before. */
async function checkEvolved(written: AgentDefinition, { model, attempt, request, options }: Check): Promise<Verdict<AgentDefinition>> {
  const { current, start, harm, others, wishes } = request;
  const verdict = checkPrompt(written, others);
  if (!verdict.isGood) return verdict;
  const next = verdict.value;
  const changed = definitionDiff({ ...current, systemPrompt: '' }, { ...next, systemPrompt: '' });
  if (changed.length === 0 && normalised(current.systemPrompt) === normalised(next.systemPrompt)) return nothingChanged;
  const repeats = repeatsOf(asJson(start), asJson(next), harm);
  if (repeats.length === 0) return verdict;
  const wished = await wishedFor(model, { repeats, wishes, seed: request.seedFor(attempt) }, options);
  const [repeat] = repeats.filter((one) => !wished.includes(one));
  return repeat === undefined ? verdict : refused(repeat);
}

function refused({ kind, part }: Repeat): Verdict<never> {
  const verdict = (message: string, complaint: Prompt) => ({ isGood: false as const, code: 'change_repeats_harm', message, complaint, isLastChance: true });
  switch (kind) {
    case 'added-again':
      return verdict('The model made a change again that lowered the score before.', prompt`This came before and lowered the score; it must not come again: ${data('part', part)}`);
    case 'removed-again':
      return verdict('The model took out again what the score fell without.', prompt`Without this part the score fell before; it must stay: ${data('part', part)}`);
    case 'measured-harm':
      return verdict('The model brought back a part that was measured to harm.', prompt`This part was measured to harm and must stay out: ${data('part', part)}`);
    case 'measured-help':
      return verdict('The model took out a part that was measured to help.', prompt`This part was measured to help and must stay: ${data('part', part)}`);
  }
}
