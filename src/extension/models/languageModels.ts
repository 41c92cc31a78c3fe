import * as vscode from 'vscode';
import type { z } from 'zod';
import type { messageSchema } from '../../protocol/datasets.ts';
import type { EditorAnswer, EditorChatParams, EditorModel } from '../../protocol/editorModels.ts';
import { BackendError } from '../client/backendError.ts';

type Message = z.output<typeof messageSchema>;
type Part = vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart;

/** As it travels; the backend parses it. */
type WireAnswer = Omit<EditorAnswer, 'toolCalls'> & { toolCalls: { id: string; type: 'function'; function: { name: string; arguments: object } }[] };

const justification = 'Training Camp asks it for the agents, answers and scores of your session.';

/** The language models that VS Code has, whoever brought them. */
export async function editorModels(): Promise<EditorModel[]> {
  const models = await vscode.lm.selectChatModels();
  return models.map(({ id, family, vendor, name, maxInputTokens }) => ({ id, family, vendor, name, maxInputTokens }));
}

/** One answer, streamed. VS Code asks the person for consent at the first. */
export async function askEditorModel(params: EditorChatParams, token: vscode.CancellationToken, onText: (text: string) => void): Promise<WireAnswer> {
  const models = await vscode.lm.selectChatModels();
  const model = models.find(({ family }) => family === params.family) ?? models.find(({ id }) => id === params.family);
  if (model === undefined) throw new BackendError({ code: 'model_not_found', message: `VS Code has no language model “${params.family}” any more.`, hint: 'Choose another model.' });
  try {
    const response = await model.sendRequest(params.messages.map(toMessage), { justification, tools: params.tools.map(toTool), modelOptions: { temperature: params.sampling.temperature, top_p: params.sampling.topP, max_tokens: params.sampling.maxTokens } }, token);
    let text = '';
    const toolCalls: WireAnswer['toolCalls'] = [];
    for await (const part of response.stream) {
      if (part instanceof vscode.LanguageModelTextPart) {
        text += part.value;
        onText(part.value);
      } else if (part instanceof vscode.LanguageModelToolCallPart) {
        toolCalls.push({ id: part.callId, type: 'function', function: { name: part.name, arguments: part.input } });
      }
    }
    return { text, toolCalls, model: model.id };
  } catch (error) {
    throw explain(error, model);
  }
}

/** There is no system role: what stands first is what the model is told first. */
function toMessage(message: Message): vscode.LanguageModelChatMessage {
  const text = contentText(message.content);
  switch (message.role) {
    case 'assistant': {
      const calls = (message.tool_calls ?? []).map((call, index) => new vscode.LanguageModelToolCallPart(call.id ?? `call_${String(index)}`, call.function.name, call.function.arguments));
      const parts: Part[] = [...(text === '' ? [] : [new vscode.LanguageModelTextPart(text)]), ...calls];
      return vscode.LanguageModelChatMessage.Assistant(parts);
    }
    case 'tool':
      return vscode.LanguageModelChatMessage.User([new vscode.LanguageModelToolResultPart(message.tool_call_id ?? 'call_0', [new vscode.LanguageModelTextPart(text)])]);
    case 'system':
    case 'developer':
    case 'user':
      return vscode.LanguageModelChatMessage.User(text);
  }
}

function toTool({ function: tool }: EditorChatParams['tools'][number]): vscode.LanguageModelChatTool {
  const { name, description, parameters } = tool;
  return { name, description: typeof description === 'string' ? description : '', ...(typeof parameters === 'object' && parameters !== null ? { inputSchema: parameters } : {}) };
}

function contentText(content: Message['content']): string {
  if (content === null) return '';
  if (typeof content === 'string') return content;
  return content.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

function explain(error: unknown, { name }: vscode.LanguageModelChat): unknown {
  if (!(error instanceof vscode.LanguageModelError)) return error;
  switch (error.code) {
    case vscode.LanguageModelError.NoPermissions.name:
      return new BackendError({ code: 'editor_consent_missing', message: `VS Code did not let Training Camp use ${name}.`, hint: 'Allow it when VS Code asks, or in “Manage Language Model Access”.' });
    case vscode.LanguageModelError.Blocked.name:
      return new BackendError({ code: 'provider_quota', message: `${name} takes no more requests for now.`, hint: 'Try again later, or choose another model.' });
    case vscode.LanguageModelError.NotFound.name:
      return new BackendError({ code: 'model_not_found', message: `VS Code has no language model ${name} any more.`, hint: 'Choose another model.' });
    default:
      return new BackendError({ code: 'provider_failed', message: `${name} failed.`, hint: 'Try again, or choose another model.' });
  }
}
