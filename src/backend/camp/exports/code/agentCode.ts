import { agentDefinitionSchema, type AgentDefinition } from '../../../../protocol/agentDefinitions.ts';
import type { Lineage, SessionDocument } from '../../../../protocol/camp.ts';
import type { ToolDefinition } from '../../../../protocol/datasets.ts';
import { notFound, usageError } from '../../../../protocol/errors.ts';
import { jsonSchema } from '../../../../protocol/json.ts';
import type { ExportOptions, ExportResult } from '../../../../protocol/sessionExport.ts';
import { openingMessages } from '../../../agents/executor/answer.ts';
import { executionLimits } from '../../../agents/executor/limits.ts';
import { samplingOf } from '../../../agents/executor/sampling.ts';
import { builtInDefinition } from '../../../agents/executor/tools/toolBox.ts';
import type { ChatSampling } from '../../../providers/chatModel.ts';
import { SecretScan } from '../exportSecrets.ts';
import { flowFacts, type FlowFacts } from './flowFacts.ts';
import { pythonCode } from './pythonCode.ts';
import { typescriptCode } from './typescriptCode.ts';

/** What both languages write down. Every text goes into the code as a literal. */
export interface CodeFacts {
  name: string;
  model: string;
  /** Empty for none. */
  system: string;
  /** Parameters of OpenAI's chat completions. */
  parameters: [string, number | string[]][];
  /** As chat completions take them. What they do is for the person to fill in. */
  tools: ToolDefinition[];
  /** Times that the model may be asked for one answer; of a flow, times in all, and steps that it may take. */
  rounds: number;
  modelCalls: number;
  steps: number;
  /** Null for an agent that gives one answer to its input. */
  flow: FlowFacts | null;
}

/**
 * An agent as a program of its own, for the `openai` package. It answers as the executor lets it answer: the same
 * messages, parameters and rounds of tools, and the same way through its flow. What tools do is left to fill in, and the
 * message says so. A flow that judges by a pattern which other languages can't say is refused (`agent_not_portable`).
 */
export function agentCode(document: SessionDocument, options: ExportOptions, kind: 'python' | 'typescript'): Omit<ExportResult, 'leftOut' | 'rows'> {
  const lineage = findLineage(document, options.lineage);
  const agent = lineage.agents.find(({ version }) => (options.version === undefined ? version === newest(lineage) : version === options.version));
  if (agent === undefined) throw notFound('agent_not_found', `Lineage ${lineage.label} has no ${options.version === undefined ? 'agent' : `version ${String(options.version)}`}.`);
  const scan = new SecretScan(options.secrets);
  const definition = agentDefinitionSchema.parse(scan.value(jsonSchema.parse(JSON.parse(JSON.stringify(agent.definition))), ''));
  scan.conclude();
  const facts = factsOf(definition, document.session.model);
  const toFillIn = [...facts.tools.map((tool) => tool.function.name), ...(facts.flow?.functions.map(({ name }) => name) ?? [])];
  return {
    kind, format: null, count: 1, secrets: scan.found,
    message: `${lineage.label}, version ${String(agent.version)}. Needs the package openai and a key in OPENAI_API_KEY; OPENAI_BASE_URL and AGENT_MODEL choose another server and model.${toFillIn.length === 0 ? '' : ` Fill in what its tools do: ${toFillIn.join(', ')}.`}`,
    fileName: `${slug(definition.name)}${kind === 'python' ? '.py' : '.ts'}`,
    text: kind === 'python' ? pythonCode(facts) : typescriptCode(facts),
  };
}

function findLineage({ lineages }: SessionDocument, label: ExportOptions['lineage']): Lineage {
  const found = label === undefined && lineages.length === 1 ? lineages[0] : lineages.find((lineage) => lineage.label === label);
  if (found !== undefined) return found;
  if (label !== undefined) throw notFound('lineage_not_found', `The session has no lineage ${label}.`);
  throw usageError('lineage_missing', 'Whose agent is to be exported?', { hint: `Name a lineage: ${lineages.map((lineage) => lineage.label).join(', ')}.` });
}

function newest({ agents }: Lineage): number {
  return Math.max(0, ...agents.map(({ version }) => version));
}

function factsOf(definition: AgentDefinition, reference: string): CodeFacts {
  const [first] = openingMessages({ system: definition.systemPrompt, user: [''] }, definition.memory);
  const [provider, ...rest] = reference.split(':');
  return {
    name: definition.name,
    model: rest.length === 0 ? reference : rest.join(':'),
    system: first?.role === 'system' && typeof first.content === 'string' ? first.content : '',
    parameters: parametersOf(samplingOf(definition.parameters), provider ?? ''),
    tools: definition.tools.map((tool) => definitionOf(typeof tool === 'string' ? tool : tool.name)),
    rounds: executionLimits.rounds,
    modelCalls: executionLimits.modelCalls,
    steps: executionLimits.steps,
    flow: definition.flow.length === 0 ? null : flowFacts(definition, {
      parametersOf: (step) => Object.fromEntries(parametersOf(samplingOf(definition.parameters, step.parameters), provider ?? '')),
      wireName: (tool) => definitionOf(tool).function.name,
    }),
  };
}

function parametersOf(sampling: ChatSampling, provider: string): CodeFacts['parameters'] {
  return [
    ['temperature', sampling.temperature],
    ['top_p', sampling.topP],
    // OpenAI's newer models refuse the older name, other servers the newer one.
    [provider === 'openai' ? 'max_completion_tokens' : 'max_tokens', sampling.maxTokens],
    ...(sampling.seed === null ? [] : [['seed', sampling.seed] satisfies [string, number]]),
    ...(sampling.stop.length === 0 ? [] : [['stop', sampling.stop] satisfies [string, string[]]]),
  ];
}

/** Of a tool that another program has, only the name is known here. */
function definitionOf(name: string): ToolDefinition {
  return builtInDefinition(name) ?? { type: 'function', function: { name: name.replace('/', '__').replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64), parameters: { type: 'object' } } };
}

function slug(name: string): string {
  const slugged = name.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60);
  return slugged === '' ? 'agent' : slugged;
}
