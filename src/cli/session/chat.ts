import { z } from 'zod';
import { plainText } from '../../common/plainText.ts';
import type { ChatMessage, ChatSuggestion } from '../../protocol/camp.ts';
import { notFound } from '../../protocol/errors.ts';
import { chatResultSchema, sessionStateSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import type { Output } from '../output.ts';
import { inputNumber, lineage, lineageOption, session, sessionArgument } from './arguments.ts';
import { printState } from './describe.ts';
import { withProgress } from './work.ts';

export const sessionChatCommand = defineCommand({
  name: 'session chat',
  summary: 'Talk with the trainer about a session; without a message, show what was said',
  details: 'The trainer knows strategies, agents, answers, scores and what was tried, and nothing of held-out inputs. It changes nothing: what it suggests you may take with “training session take”. Ctrl-C ends its answer; --again asks for it anew.',
  args: [sessionArgument, { name: 'message', description: 'in your own words', isRequired: false }],
  options: [
    { ...lineageOption, description: 'the lineage that the message is about: A, B, C or D' },
    { flags: '--again', description: 'answer the last message that was not answered' },
  ],
  examples: ['training session chat se_20260101 "Why does B do worse on long tickets?" --lineage B', 'training session chat se_20260101', 'training session chat se_20260101 --again'],
  input: z
    .object({ session, message: z.string().trim().min(1).max(20_000).optional(), lineage: lineage.optional(), again: z.boolean().default(false) })
    .refine(({ message, again }) => message === undefined || !again, 'takes a message or --again'),
  result: chatResultSchema,
  run: async (context, { session: reference, message, lineage: about, again }) => {
    const { camp, campWork } = context.services;
    if (message === undefined && !again) {
      const { session: found, conversation } = camp.show(reference);
      return { session: found.id, conversation };
    }
    return await withProgress(context, 'Asking the trainer', async (options) => await campWork.chat(reference, { text: message ?? null, about: about ?? null }, options));
  },
  print: ({ session: id, conversation }, out) => {
    if (conversation.length === 0) out.line('Nothing was said yet.');
    for (const message of conversation) printMessage(message, out);
    const last = conversation.at(-1);
    if (last === undefined) out.note(`training session chat ${id} "…"`);
    else if (last.by === 'user') out.note(`Not answered yet: training session chat ${id} --again`);
    else if (last.suggestions.length > 0) out.note(`training session take ${id} 1`);
  },
});

export const sessionTakeCommand = defineCommand({
  name: 'session take',
  summary: 'Take what the trainer suggested: a directive for a lineage, or a strategy before they are confirmed',
  details: 'A directive joins the one that is there; “training session direct” takes it back. Without --message: of the last message that suggests something.',
  args: [sessionArgument, { name: 'suggestion', description: 'its number, as “training session chat” shows it', isRequired: true }],
  options: [{ flags: '--message <n>', description: 'of an earlier message' }],
  examples: ['training session take se_20260101 1', 'training session take se_20260101 2 --message 4'],
  input: z.object({ session, suggestion: inputNumber, message: inputNumber.optional() }),
  result: sessionStateSchema,
  run: async ({ services: { camp } }, { session: reference, suggestion, message }) => {
    const last = camp.show(reference).conversation.findLast(({ suggestions }) => suggestions.length > 0);
    const number = message ?? last?.number;
    if (number === undefined) throw notFound('suggestion_not_found', 'The trainer has suggested nothing yet.', { hint: 'Ask it: training session chat S "…"' });
    return await Promise.resolve(camp.takeSuggestion(reference, { message: number, suggestion }));
  },
  print: printState,
});

function printMessage({ number, by, text, about, suggestions, notes }: ChatMessage, out: Output): void {
  const who = by === 'user' ? out.color.bold('you') : out.color.cyan('trainer');
  out.line(`\n${who} ${out.color.dim(`${String(number)}${about === null ? '' : `, about ${about}`}`)}`);
  out.line(plainText(text, { keepNewlines: true }));
  suggestions.forEach((suggestion, index) => out.line(`  ${String(index + 1)}  ${describeSuggestion(suggestion)}`));
  for (const note of notes) out.line(out.color.dim(`  ${plainText(note)}`));
}

function describeSuggestion(suggestion: ChatSuggestion): string {
  if (suggestion.kind === 'strategy') return `${suggestion.lineage}, strategy ${plainText(suggestion.tag)}: ${plainText(suggestion.approach)}`;
  return `${suggestion.lineage}, ${suggestion.holds === 'sticky' ? 'always' : 'next cycle'}: ${plainText(suggestion.text)}`;
}
