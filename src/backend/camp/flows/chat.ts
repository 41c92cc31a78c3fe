import type { ChatMessage, LineageLabel, SessionDocument } from '../../../protocol/camp.ts';
import { failure, notFound } from '../../../protocol/errors.ts';
import { insertChatMessage } from '../../store/camp/conversation.ts';
import { recordEvent } from '../../store/camp/events.ts';
import { trainingView } from '../evolution/trainingView.ts';
import { changeSession, requireDocument } from '../sessionStore.ts';
import { answerMessage } from '../trainer/conversation.ts';
import { overhear } from '../trainer/overhear.ts';
import { Meter } from '../trainer/meter.ts';
import { isQuickStart } from '../transitions.ts';
import type { Work } from './work.ts';

export interface Said {
  /** Null answers the last message that was not answered. */
  text: string | null;
  about: LineageLabel | null;
}

/** Has the trainer answer a message. What the person said is kept whatever becomes of the answer, and is answered by a further try. */
export async function chat(work: Work, said: Said): Promise<SessionDocument> {
  const { name, mode } = work.document.session;
  if (isQuickStart(mode)) throw failure('is_quickstart', `“${name}” is a quick start: its agent changes by what you say of it.`, { hint: 'Say it as feedback: training session feedback S "…"' });
  const document = said.text === null ? work.document : say(work, { ...said, text: said.text });
  const question = document.conversation.at(-1);
  if (question?.by !== 'user') throw failure('nothing_asked', 'The trainer has answered everything that was said.', { hint: 'Say something: training session chat S "…"' });
  work.tell({ message: 'Thinking about it', share: null, piece: null });
  const meter = new Meter();
  const onReply = (reply: string) => work.tell({ message: '', share: null, piece: null, reply });
  const request = { view: trainingView(document), question, earlier: document.conversation.slice(0, -1) };
  const { value, notes } = await work.journal.during(`chat ${String(question.number)}`, work.trainerModel, async (model) => await answerMessage(overhear(meter.on(model), onReply), request, { signal: work.signal }));
  return add(work, { by: 'trainer', about: null, ...value, notes, model: work.trainerModel.reference, costUsd: meter.spent().costUsd });
}

/** Keeps what the person said. Said again after an interruption, it is the same message. */
function say(work: Work, { text, about }: { text: string; about: LineageLabel | null }): SessionDocument {
  const { conversation, lineages, strategies } = work.document;
  if (about !== null && ![...lineages, ...strategies].some(({ label }) => label === about)) throw notFound('lineage_not_found', `The session has no lineage ${about}.`, { hint: 'Leave the lineage out to talk about all of them.' });
  const last = conversation.at(-1);
  if (last?.by === 'user' && last.text === text && last.about === about) return work.document;
  return add(work, { by: 'user', text, about, suggestions: [], notes: [], model: '', costUsd: null });
}

function add({ place, id }: Work, message: Omit<ChatMessage, 'number' | 'created'>): SessionDocument {
  return changeSession(place, id, (note) => {
    const number = (requireDocument(place, id).conversation.at(-1)?.number ?? 0) + 1;
    const added: ChatMessage = { number, ...message, created: place.store.clock.now().toISOString() };
    insertChatMessage(place.store, id, added);
    recordEvent(place.store, note, id, { kind: 'chatted', payload: added });
  });
}
