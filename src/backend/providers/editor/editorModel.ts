import { notFound } from '../../../protocol/errors.ts';
import type { EditorAnswer, EditorChatParams, EditorModel } from '../../../protocol/editorModels.ts';
import type { Capabilities, ChatAnswer, ChatModel, ChatOptions, ChatRequest } from '../chatModel.ts';
import { askForSchema } from '../messages.ts';

/** The editor that this process belongs to, and the models that it has. */
export interface Editor {
  chatModels(signal: AbortSignal): Promise<EditorModel[]>;
  chat(params: EditorChatParams, options: ChatOptions): Promise<EditorAnswer>;
}

/**
 * A model of VS Code, through the extension: it asks the person for consent, and its provider sets limits. It takes no
 * schema, no seed and no stop texts, and tells neither tokens nor a price.
 */
export class VsCodeModel implements ChatModel {
  readonly reference: string;
  readonly label: string;
  readonly isLocal = false;
  readonly price = null;
  readonly #editor: Editor;
  readonly #facts: EditorModel;

  constructor(editor: Editor, facts: EditorModel) {
    this.#editor = editor;
    this.#facts = facts;
    this.reference = `vscode:${facts.family}`;
    this.label = editorModelLabel(facts);
  }

  async capabilities(): Promise<Capabilities> {
    return await Promise.resolve({ structuredOutput: 'asked', hasTools: true, hasLogprobs: false, contextLength: this.#facts.maxInputTokens });
  }

  async chat(request: ChatRequest, options: ChatOptions): Promise<ChatAnswer> {
    const started = performance.now();
    const { temperature, topP, maxTokens } = request.sampling;
    const messages = request.responseSchema === null ? request.messages : askForSchema(request.messages, request.responseSchema.schema);
    const { text, toolCalls, model } = await this.#editor.chat({ family: this.#facts.family, messages, tools: request.tools, sampling: { temperature, topP, maxTokens } }, options);
    return {
      text,
      toolCalls,
      stop: toolCalls.length > 0 ? 'toolCalls' : 'stop',
      usage: { promptTokens: null, completionTokens: null },
      costUsd: null,
      model,
      seconds: (performance.now() - started) / 1000,
    };
  }
}

export function editorModelLabel({ name, vendor }: EditorModel): string {
  return `${name} (VS Code, ${vendor})`;
}

/** A model of the editor by its family. Outside of an editor, or where it has no such model, that is said. */
export async function findEditorModel(editor: Editor | null, family: string, signal: AbortSignal): Promise<ChatModel> {
  if (editor === null) throw notFound('model_not_found', `The model “vscode:${family}” is VS Code’s own: it answers within the editor alone.`, { hint: 'Choose another model here: training provider list shows them.' });
  const models = await editor.chatModels(signal);
  const facts = models.find((model) => model.family === family) ?? models.find((model) => model.id === family);
  if (facts !== undefined) return new VsCodeModel(editor, facts);
  throw notFound('model_not_found', `VS Code has no language model “${family}”.`, {
    hint: models.length === 0 ? 'It has none at all: they come with an extension such as GitHub Copilot.' : `It has: ${models.map((model) => model.family).join(', ')}.`,
  });
}
