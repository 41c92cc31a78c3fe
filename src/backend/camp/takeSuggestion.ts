import { lineageLabels, type SessionDocument } from '../../protocol/camp.ts';
import { notFound, usageError } from '../../protocol/errors.ts';
import type { SessionId } from '../../protocol/ids.ts';
import { direct, replaceStrategies } from './edits.ts';
import { requireDocument, type SessionPlace } from './sessionStore.ts';
import { findLineage } from './transitions.ts';

const longestDirective = 10_000;

/** Does what the trainer suggested in a message, because a person said so. A directive joins the one that is there. Both are counted from 1. */
export function takeSuggestion(place: SessionPlace, id: SessionId, { message, suggestion }: { message: number; suggestion: number }): SessionDocument {
  const document = requireDocument(place, id);
  const suggested = document.conversation.find(({ number }) => number === message)?.suggestions[suggestion - 1];
  if (suggested === undefined) throw notFound('suggestion_not_found', `There is no suggestion ${String(suggestion)} in message ${String(message)}.`, { hint: 'training session chat S shows what the trainer suggested.' });
  if (suggested.kind === 'strategy') {
    const { lineage: label, tag, approach } = suggested;
    const others = document.strategies.filter((strategy) => strategy.label !== label);
    return replaceStrategies(place, id, [...others, { label, tag, approach }].sort((a, b) => lineageLabels.indexOf(a.label) - lineageLabels.indexOf(b.label)));
  }
  const { lineage, holds, text } = suggested;
  const before = findLineage(document, lineage).directives[holds];
  const directive = before === null ? text : before.split('\n').includes(text) ? before : `${before}\n${text}`;
  if (directive.length > longestDirective) throw usageError('directive_too_long', `The directives of ${lineage} would be longer than ${String(longestDirective)} characters.`, { hint: 'Shorten what stands there first.' });
  return direct(place, id, lineage, { [holds]: directive });
}
