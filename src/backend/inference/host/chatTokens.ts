import type { Token } from 'node-llama-cpp';
import type { Message, ToolDefinition } from '../../../protocol/datasets.ts';
import { failure } from '../../../protocol/errors.ts';
import { renderChat, type ChatPiece } from './chatText.ts';
import type { LoadedModel } from './engine.ts';

/** The chat as text and as tokens. No token is added to what the template writes, so that its own BOS is the only one. */
export function chatTokens(
  loaded: LoadedModel,
  chat: { messages: Message[]; tools: ToolDefinition[]; addGenerationPrompt: boolean },
): { text: string; tokens: Token[] } {
  if (loaded.template === null) {
    throw failure('no_chat_template', `The model ${loaded.path} has no chat template.`, { hint: 'Ask an instruction-tuned model.' });
  }
  const pieces = renderChat({
    template: loaded.template,
    messages: chat.messages,
    tools: chat.tools,
    addGenerationPrompt: chat.addGenerationPrompt,
    controlTokens: [...loaded.controlTokens.keys()],
    bosToken: loaded.model.tokens.bosString,
    eosToken: loaded.model.tokens.eosString,
  });
  const tokens = pieces.flatMap((piece, index) => pieceTokens(loaded, piece, index === 0));
  return { text: pieces.map((piece) => piece.text).join(''), tokens };
}

function pieceTokens(loaded: LoadedModel, piece: ChatPiece, isFirst: boolean): Token[] {
  if (piece.kind === 'text') return loaded.model.tokenize(piece.text, false, isFirst ? undefined : 'trimLeadingSpace');
  const token = loaded.controlTokens.get(piece.text);
  return token === undefined ? [] : [token];
}
