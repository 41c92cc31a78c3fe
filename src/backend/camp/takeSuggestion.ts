import { hasDirective } from '../../common/directives.ts';
import { withStrategy } from '../../common/strategies.ts';
import { longestDirective, type LineageLabel, type SessionDocument } from '../../protocol/camp.ts';
import { notFound, usageError } from '../../protocol/errors.ts';
import type { SessionId } from '../../protocol/ids.ts';
import { direct, replaceStrategies } from './edits.ts';
import { requireDocument, type SessionPlace } from './sessionStore.ts';

/** Does what the trainer suggested in a message, because a person said so. A directive joins the one that is there. Both are counted from 1. */
export function takeSuggestion(place: SessionPlace, id: SessionId, { message, suggestion }: { message: number; suggestion: number }): SessionDocument {
  const document = requireDocument(place, id);
  const suggested = document.conversation.find(({ number }) => number === message)?.suggestions[suggestion - 1];
  if (suggested === undefined) throw notFound('suggestion_not_found', `There is no suggestion ${String(suggestion)} in message ${String(message)}.`, { hint: 'training session chat S shows what the trainer suggested.' });
  if (suggested.kind === 'strategy') {
    const { lineage: label, tag, approach } = suggested;
    return replaceStrategies(place, id, withStrategy(document.strategies, { label, tag, approach }));
  }
  const { lineage, holds, text } = suggested;
  return direct(place, id, lineage, (directives) => ({ [holds]: joinedTo(directives[holds], text, lineage) }));
}

function joinedTo(held: string | null, directive: string, lineage: LineageLabel): string {
  if (held === null) return directive;
  if (hasDirective(held, directive)) return held;
  const both = `${held}\n${directive}`;
  if (both.length > longestDirective) throw usageError('directive_too_long', `The directives of ${lineage} would be longer than ${String(longestDirective)} characters.`, { hint: 'Shorten what stands there first.' });
  return both;
}
