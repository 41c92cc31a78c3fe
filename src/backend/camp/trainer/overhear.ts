import { withChat, type ChatModel } from '../../providers/chatModel.ts';

/** The model, with what it has written of its `reply` told while it writes the JSON around it. An answer that is asked for again begins anew. */
export function overhear(model: ChatModel, onReply: (reply: string) => void): ChatModel {
  return withChat(model, async (request, options) => {
    let written = '';
    return await model.chat(request, {
      ...options,
      onText: (piece) => {
        written += piece;
        onReply(replyWithin(written));
        options.onText(piece);
      },
    });
  });
}

/** The beginning of a JSON document's first `reply`; empty where none has begun, or it is not JSON. */
export function replyWithin(json: string): string {
  const written = /"reply"\s*:\s*"((?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*)/.exec(json)?.[1] ?? '';
  try {
    const text: unknown = JSON.parse(`"${written}"`);
    return typeof text === 'string' ? text : '';
  } catch {
    // A model that was not held to JSON may write line breaks as they are; its answer is shown when it is whole.
    return '';
  }
}
