import { failure } from '../../../protocol/errors.ts';
import type { LineageOutcome } from '../../../protocol/sessionResults.ts';
import { insertFeedback } from '../../store/camp/evaluations.ts';
import { recordEvent } from '../../store/camp/events.ts';
import { changeSession } from '../sessionStore.ts';
import { findLineage, newestAgent } from '../transitions.ts';
import { advance } from './evolve.ts';
import type { Work } from './work.ts';

/** Evolves a quick start's agent by what a person says of it. What was said is kept whatever becomes of the step. */
export async function evolveQuickStart(work: Work, text: string): Promise<LineageOutcome[]> {
  const { document, place, id } = work;
  if (document.session.mode !== 'quickstart') {
    throw failure('not_a_quickstart', `“${document.session.name}” compares lineages: it evolves by scores.`, { hint: 'Say what you want in the comment of a score (on the command line: training session score … --comment) or in a directive.' });
  }
  const agent = newestAgent(findLineage(document, 'A'));
  if (agent === null) throw failure('agent_not_found', 'The quick start has no agent yet.', { hint: '“Make the Agent” in the panel, or training session confirm S' });
  const last = document.feedback.at(-1);
  // Said again after an interruption, it is the same feedback.
  const isKnown = last?.version === agent.version && last.text === text;
  const next = isKnown
    ? document
    : changeSession(place, id, (note) => {
        const feedback = { version: agent.version, text, created: place.store.clock.now().toISOString() };
        insertFeedback(place.store, id, feedback);
        recordEvent(place.store, note, id, { kind: 'feedback', payload: feedback });
      });
  return [await advance({ ...work, document: next }, 'A')];
}
