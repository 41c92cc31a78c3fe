import type { Message, ToolCall, ToolDefinition } from '../../protocol/datasets.ts';
import type { Usage } from '../../protocol/agentDefinitions.ts';

/** One model that answers chats, wherever it runs. The Camp, agents and the judge know only this. */
export interface ChatModel {
  /** How settings, sessions and the command line name it: `builtin`, `local:<model>`, `<provider>:<model>`. */
  readonly reference: string;
  /** For people, such as “gpt-5 (OpenAI)”. */
  readonly label: string;
  /** False: the text leaves this machine. */
  readonly isLocal: boolean;
  /** Per million tokens; null where no price is known. Local models cost 0. */
  readonly price: Price | null;
  /** What the model can do, found out once; never guessed from its name. Of a server's model that takes a few paid questions. */
  capabilities(signal: AbortSignal, options?: CapabilityOptions): Promise<Capabilities>;
  /** One answer, streamed. Errors are `CampError`s that a person can act on; an abort throws the signal's reason. */
  chat(request: ChatRequest, options: ChatOptions): Promise<ChatAnswer>;
  /**
   * How likely each of some answers is behind a chat: the mean natural logarithm of the probability of its tokens. The
   * model writes nothing. Absent where a model can't tell; only models of this machine can, so it costs nothing.
   */
  likelihoods?: (request: LikelihoodRequest, signal: AbortSignal) => Promise<number[]>;
}

export interface LikelihoodRequest {
  messages: Message[];
  answers: string[];
}

export interface Price {
  inputUsd: number;
  outputUsd: number;
  /** The day that the price was read, and where. */
  date: string;
  source: string;
}

export interface Capabilities {
  /** Answers to a JSON Schema: by a grammar or the provider's own mode, or only by being asked. */
  structuredOutput: 'enforced' | 'asked';
  hasTools: boolean;
  hasLogprobs: boolean;
  contextLength: number | null;
}

export interface CapabilityOptions {
  toll?: Toll;
  /** Asks even where it is known. */
  isFresh?: boolean;
}

/** Who pays for the questions by which capabilities are found out. */
export interface Toll {
  /** Before each question. Throws where it must not be asked. */
  before: () => void;
  after: (answer: ChatAnswer) => void;
}

export interface ChatSampling {
  temperature: number;
  topP: number;
  maxTokens: number;
  seed: number | null;
  stop: string[];
}

export interface ChatRequest {
  messages: Message[];
  tools: ToolDefinition[];
  /** JSON Schema that the answer follows. */
  responseSchema: { name: string; schema: Record<string, unknown> } | null;
  sampling: ChatSampling;
}

export interface ChatOptions {
  signal: AbortSignal;
  onText: (text: string) => void;
  /** Makes the requests of a model that is asked over HTTP, instead of this process itself. */
  fetch?: Fetch;
}

/** The part of the web's `fetch` that asks for an answer. */
export type Fetch = (url: string, request: { method: string; headers: Headers; body: string | null; redirect: 'error'; signal: AbortSignal }) => Promise<Response>;

export interface ChatAnswer {
  text: string;
  toolCalls: ToolCall[];
  stop: 'stop' | 'length' | 'toolCalls';
  usage: Usage;
  /** Null where no price is known. */
  costUsd: number | null;
  /** The model as the one who answered names it. */
  model: string;
  seconds: number;
}

/** The same model with something between its callers and its answers. */
export function withChat(model: ChatModel, chat: ChatModel['chat']): ChatModel {
  return {
    reference: model.reference,
    label: model.label,
    isLocal: model.isLocal,
    price: model.price,
    capabilities: async (signal, options) => await model.capabilities(signal, options),
    ...likelihoodsOf(model),
    chat,
  };
}

/** The part of a model that tells likelihoods, for a model that wraps it: absent where it is absent there. */
export function likelihoodsOf(model: ChatModel): Pick<ChatModel, 'likelihoods'> {
  if (model.likelihoods === undefined) return {};
  return { likelihoods: async (request, signal) => (await model.likelihoods?.(request, signal)) ?? [] };
}
