import { z } from 'zod';
import { agentDefinitionSchema, type AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import { lineageLabels, type SessionDocument, type Strategy } from '../../../protocol/camp.ts';
import type { OfferedTool } from '../../agents/executor/tools/tool.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { splitPrompt } from '../evolution/segments.ts';
import { angleAt } from './angles.ts';
import { askModel, askUntilGood, exampleFor, isSmall, smallTemperature, tokensFor, type Noted, type TrainerOptions, type Verdict } from './ask.ts';
import { likeness, normalised } from './likeness.ts';
import { data, joined, nothing, prompt, type Prompt } from './quoted.ts';
import { examples, shortStatement, smallRole, statement, trainerRole } from './roles.ts';
import { seedOf } from './seeds.ts';
import { exampleNeed, examplePrompt, exampleStrategy } from './smallExamples.ts';
import { trainInputs } from './trainInputs.ts';

export interface GenerationRequest {
  document: SessionDocument;
  strategy: Strategy;
  /** The agents of the other lineages, as far as there are any: the new prompt must differ from theirs. */
  others: readonly AgentDefinition[];
  /** The agent that a Variation keeps the approach of; null for one from scratch. */
  prototype: AgentDefinition | null;
  /** Tools that the agent may be given. */
  tools: readonly OfferedTool[];
}

const trials = 4;
/** Characters of a tool's description: what it is for, not how it is called. */
const toldOfTool = 300;
/** Of the words; a sentence that shares so many with one of the example was copied. */
const sameAsExample = 0.7;
/** A small model does not stop by itself: its answers end here, and begin to repeat themselves long before. */
const smallParameters = { temperature: 0.3, maxTokens: 160 };

/** The agent of one lineage. `prompts_not_distinct` where the model keeps writing a prompt that another lineage has. */
export async function generateDefinition(model: ChatModel, request: GenerationRequest, options: TrainerOptions): Promise<Noted<AgentDefinition>> {
  const isSmallModel = await isSmall(model, options.signal);
  const seedFor = (attempt: number) => seedOf('definition', request.document.session.id, request.strategy.label, request.strategy.tag, request.others.length, attempt);
  return isSmallModel ? await generateSmall(model, request, seedFor, options) : await generateWhole(model, request, seedFor, options);
}

async function generateWhole(model: ChatModel, request: GenerationRequest, seedFor: (attempt: number) => number, options: TrainerOptions): Promise<Noted<AgentDefinition>> {
  const { document, strategy, others, tools } = request;
  return await askUntilGood({
    attempts: trials,
    ask: async (attempt, complaint) => await askModel(model, {
      name: 'agent',
      role: trainerRole,
      task: joined([
        statement(document.session), examples(trainInputs(document).map(({ text }) => text)), basis(request),
        prompt`The strategy of this agent:\n${data('strategy', { tag: strategy.tag, approach: strategy.approach })}`,
        others.length === 0 ? prompt`` : prompt`Other agents have these system prompts; yours must differ in what it tells the agent to do:\n${data('other prompts', others.map(({ systemPrompt }) => systemPrompt))}`,
        tools.length === 0 ? prompt`` : prompt`Tools that it may be given where they help:\n${data('tools', tools.map(({ name, description }) => ({ name, description: description.slice(0, toldOfTool) })))}`,
        prompt`Write the agent. "systemPrompt" addresses it as “you” and tells it everything that it needs to know: it will see this prompt and one input and nothing of this conversation. "name" is short, "description" one sentence. "temperature" is from 0 to 1. "tools" names the tools that it is given, none where they don’t help.`,
        complaint,
      ]),
      schema: z.object({
        name: z.string().min(1).max(100),
        description: z.string().max(2000),
        systemPrompt: z.string().min(1).max(50_000),
        temperature: z.number().min(0).max(1),
        tools: z.array(z.string().min(1).max(200)).max(20),
      }),
      sampling: { temperature: 0.7, seed: seedFor(attempt), maxTokens: 8192 },
    }, options),
    check: (answer) => {
      const unknown = answer.tools.find((tool) => !tools.some(({ name }) => name === tool));
      if (unknown !== undefined) {
        return { isGood: false, code: 'tool_not_found', message: 'The model gave the agent a tool that does not exist.', complaint: prompt`There is no such tool: ${data('tool', unknown)}` };
      }
      const { temperature, ...rest } = answer;
      return checkPrompt({ ...rest, parameters: { temperature } }, others);
    },
  });
}

async function generateSmall(model: ChatModel, request: GenerationRequest, seedFor: (attempt: number) => number, options: TrainerOptions): Promise<Noted<AgentDefinition>> {
  const { document, strategy, others } = request;
  const question = (about: Prompt, approach: string, manner: Prompt) => joined([
    about, prompt`${data('approach', approach)}`,
    prompt`Write the instructions for this assistant. Begin with “You”. ${manner}`,
  ]);
  return await askUntilGood({
    attempts: trials * 2,
    ask: async (attempt) => await askModel(model, {
      name: 'agent',
      role: smallRole,
      task: question(joined([shortStatement(document.session), basis(request)]), strategy.approach, angleAt(lineageLabels.indexOf(strategy.label))),
      ...exampleFor(attempt, { task: question(shortStatement(exampleNeed), exampleStrategy.approach, prompt`It is friendly: it writes warmly.`), answer: { systemPrompt: examplePrompt } }),
      schema: z.object({ systemPrompt: z.string().min(40).max(400) }),
      sampling: { temperature: smallTemperature(attempt), seed: seedFor(attempt), maxTokens: tokensFor(400) },
    }, options),
    // What the agent is called and does was settled with the strategy.
    check: ({ systemPrompt }) => copiesExample(systemPrompt)
      ? { isGood: false, code: 'prompts_not_distinct', message: 'The model repeated the example that it was shown.', complaint: nothing }
      : checkPrompt({ name: strategy.tag, description: strategy.approach.slice(0, 2000), systemPrompt, parameters: smallParameters }, others),
  });
}

function copiesExample(systemPrompt: string): boolean {
  const [own, shown] = [systemPrompt, examplePrompt].map((text) => splitPrompt(text, Infinity).map((segment) => segment.text));
  return own?.some((sentence) => shown?.some((one) => likeness(one, sentence) >= sameAsExample)) ?? false;
}

/** A definition whose prompt says something, and not what another lineage's says. */
export function checkPrompt(written: z.input<typeof agentDefinitionSchema>, others: readonly AgentDefinition[]): Verdict<AgentDefinition> {
  const text = normalised(written.systemPrompt);
  if (text === '') return { isGood: false, code: 'prompt_empty', message: 'The model wrote an agent without a prompt.', complaint: prompt`The system prompt was empty.` };
  const same = others.find(({ systemPrompt }) => normalised(systemPrompt) === text);
  if (same !== undefined) {
    return { isGood: false, code: 'prompts_not_distinct', message: 'The model wrote the prompt that another lineage has.', complaint: prompt`Another agent has the same system prompt.` };
  }
  return { isGood: true, value: agentDefinitionSchema.parse({ ...written, systemPrompt: written.systemPrompt.trim() }) };
}

function basis({ prototype }: GenerationRequest): Prompt {
  if (prototype === null) return prompt``;
  const { name, description, systemPrompt } = prototype;
  return prompt`It is made after this agent, of which it keeps what the strategy does not change:\n${data('prototype', { name, description, systemPrompt })}`;
}
