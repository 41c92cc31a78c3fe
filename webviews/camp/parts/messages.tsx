import { memo, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import type { ChatMessage, ChatSuggestion } from '../../../src/protocol/camp.ts';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { useSessionStore } from '../stores/sessionStore.ts';
import { Markdown } from './markdown.tsx';
import { Suggestion } from './suggestion.tsx';

export interface SuggestionsProps {
  isTaken: (suggestion: ChatSuggestion) => boolean;
  /** Whether it can be taken at this stage of the session. */
  canTake: (suggestion: ChatSuggestion) => boolean;
  /** Message and suggestion are counted from 1. */
  onTake: (suggestion: ChatSuggestion, message: number, index: number) => void;
}

/** Nearer to the end than this, in pixels, is at the end. */
const nearPx = 24;

/** What was said, with the answer that is being written. Who reads further up is left there while it grows. */
export function Messages({ log, conversation, ...suggestions }: SuggestionsProps & { log: RefObject<HTMLDivElement | null>; conversation: readonly ChatMessage[] }) {
  const reply = useSessionStore((state) => state.reply);
  const last = conversation.at(-1);
  const growing = last?.by === 'user' ? reply : '';
  useEnd(log, { said: last, growing });
  return (
    <div ref={log} className="messages" role="log" tabIndex={0} aria-label="What was said">
      {conversation.length === 0 && <p className="muted">Ask why an agent does what it does, or say what you want: the trainer answers by prompts, answers and scores, and suggests what you may take.</p>}
      <Said conversation={conversation} {...suggestions} />
      {growing !== '' && (
        <article className="message trainer-message" aria-label="Trainer" aria-busy>
          <Markdown text={growing} />
        </article>
      )}
    </div>
  );
}

/**
 * Keeps a list that grows at its end, where it is there, or where the person has said something further. Where it is, it
 * is asked itself: it tells of being scrolled only afterwards.
 */
function useEnd(list: RefObject<HTMLElement | null>, { said, growing }: { said: ChatMessage | undefined; growing: string }): void {
  const heightBefore = useRef(0);
  const seen = useRef(said?.number);
  useLayoutEffect(() => {
    const shown = list.current;
    if (shown === null) return;
    const hasSaid = said?.by === 'user' && said.number !== seen.current;
    const wasAtEnd = shown.scrollTop + shown.clientHeight > heightBefore.current - nearPx;
    if (hasSaid || wasAtEnd) shown.scrollTo({ top: shown.scrollHeight });
    seen.current = said?.number;
    heightBefore.current = shown.scrollHeight;
  }, [list, said?.number, said?.by, growing]);
}

/** Stays as it is while an answer grows behind it. */
const Said = memo(function Said({ conversation, isTaken, canTake, onTake }: SuggestionsProps & { conversation: readonly ChatMessage[] }) {
  return conversation.map((message) => (
    <Message key={message.number} message={message}>
      {message.suggestions.map((suggestion, index) => (
        <Suggestion key={index} suggestion={suggestion} isTaken={isTaken(suggestion)} canTake={canTake(suggestion)} onTake={() => onTake(suggestion, message.number, index + 1)} />
      ))}
    </Message>
  ));
});

function Message({ message: { by, text, about, notes, model }, children }: { message: ChatMessage; children: ReactNode }) {
  if (by === 'user') {
    return (
      <article className="message user-message" aria-label="You" dir="auto">
        {about !== null && (
          <>
            <span className="tag">about {about}</span>{' '}
          </>
        )}
        <VisibleText text={text} />
      </article>
    );
  }
  return (
    <article className="message trainer-message" aria-label="Trainer" title={model === '' ? undefined : `by ${model}`}>
      <Markdown text={text} />
      {children}
      {notes.map((note) => (
        <p key={note} className="warning">
          <VisibleText text={note} />
        </p>
      ))}
    </article>
  );
}
