import { z } from 'zod';
import { messageSchema, toolCallSchema, toolDefinitionSchema } from './datasets.ts';

/**
 * What the backend asks the editor: the language models that VS Code itself has (`vscode.lm`). They are requests in the
 * other direction, behind the same prefix; each can be cancelled, and an answer's text is streamed as progress.
 */
const nothing = z.object({});

export const editorModelSchema = z.object({
  id: z.string(),
  family: z.string().describe('What references name, as in vscode:<family>.'),
  vendor: z.string(),
  name: z.string(),
  maxInputTokens: z.int().nonnegative(),
});
export type EditorModel = z.infer<typeof editorModelSchema>;

export const editorChatParamsSchema = z.object({
  family: z.string().min(1).max(300),
  messages: z.array(messageSchema).min(1),
  tools: z.array(toolDefinitionSchema),
  sampling: z.object({ temperature: z.number(), topP: z.number(), maxTokens: z.int() }),
});
export type EditorChatParams = z.infer<typeof editorChatParamsSchema>;

export const editorAnswerSchema = z.object({ text: z.string(), toolCalls: z.array(toolCallSchema), model: z.string() });
export type EditorAnswer = z.infer<typeof editorAnswerSchema>;

export const editorRequests = {
  'editor/chatModels': { params: nothing, result: z.object({ models: z.array(editorModelSchema) }) },
  'editor/chat': { params: editorChatParamsSchema, result: editorAnswerSchema },
} as const;
export type EditorRequestName = keyof typeof editorRequests;

/** A request as it travels: an answer's pieces come under the token. */
export const editorEnvelopeSchema = z.object({ params: z.unknown(), progressToken: z.string() });
