import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { ChatMessage, ChatSuggestion, LineageLabel } from '../../../src/protocol/camp.ts';
import { Button } from '../../shared/parts/button.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { lineageLabels } from '../model/labels.ts';
import { usePanel } from '../panelContext.ts';
import { useDocument, useSessionStore } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { Markdown } from './markdown.tsx';
import { Suggestion } from './suggestion.tsx';

interface ConversationProps {
  isTaken: (suggestion: ChatSuggestion) => boolean;
  /** Whether it can be taken at this stage of the session. */
  canTake: (suggestion: ChatSuggestion) => boolean;
  /** Message and suggestion are counted from 1. */
  onTake: (suggestion: ChatSuggestion, message: number, index: number) => void;
}

/** Talking with the trainer. It changes nothing by itself: a person takes what it suggests. */
export function Conversation({ isTaken, canTake, onTake }: ConversationProps) {
  const { actions } = usePanel();
  const { conversation } = useDocument();
  const isWorking = useSessionStore((state) => state.work !== null);
  const reply = useSessionStore((state) => state.work?.reply ?? '');
  const last = conversation.at(-1);
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (log.current !== null) log.current.scrollTop = log.current.scrollHeight;
  }, [last?.number, reply]);
  return (
    <section className="conversation" aria-label="Conversation with the trainer">
      <h2>Trainer</h2>
      <div ref={log} className="messages" role="log" tabIndex={0} aria-label="What was said">
        {conversation.length === 0 && reply === '' && <p className="muted">Ask why an agent does what it does, or say what you want: the trainer answers by prompts, answers and scores, and suggests what you may take.</p>}
        {conversation.map((message) => (
          <Message key={message.number} message={message}>
            {message.suggestions.map((suggestion, index) => (
              <Suggestion key={index} suggestion={suggestion} isTaken={isTaken(suggestion)} canTake={canTake(suggestion)} onTake={() => onTake(suggestion, message.number, index + 1)} />
            ))}
          </Message>
        ))}
        {reply !== '' && (
          <article className="message trainer-message" aria-label="Trainer" aria-busy>
            <Markdown text={reply} />
          </article>
        )}
      </div>
      {last?.by === 'user' && !isWorking && (
        <p className="unanswered">
          <span className="muted">Not answered.</span>{' '}
          <Button icon="refresh" onClick={() => actions.chat(null, null)}>
            Ask Again
          </Button>
        </p>
      )}
      <Composer isWorking={isWorking} />
    </section>
  );
}

function Message({ message: { by, text, about, notes, model }, children }: { message: ChatMessage; children: ReactNode }) {
  if (by === 'user') {
    return (
      <article className="message user-message" aria-label="You" dir="auto">
        {about !== null && <span className="tag">about {about}</span>} <VisibleText text={text} />
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

/** Enter sends, Shift+Enter begins a line. What is written stays over hiding and reload. */
function Composer({ isWorking }: { isWorking: boolean }) {
  const { actions } = usePanel();
  const { lineages, strategies } = useDocument();
  const text = useUIStore((state) => state.message);
  const change = useUIStore((state) => state.change);
  const [about, setAbout] = useState<LineageLabel | null>(null);
  const known = lineageLabels.filter((label) => [...lineages, ...strategies].some((one) => one.label === label));
  const canSend = !isWorking && text.trim() !== '';
  const send = () => {
    if (!canSend) return;
    actions.chat(text.trim(), about, () => change({ message: text }));
    change({ message: '' });
  };
  return (
    <div className="composer">
      <textarea
        rows={3}
        aria-label="Message to the trainer"
        placeholder="Such as: why does B score lower than A?"
        maxLength={20_000}
        value={text}
        onChange={({ target }) => change({ message: target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <div className="composer-row">
        <select aria-label="About" value={about ?? ''} onChange={({ target }) => setAbout(known.find((label) => label === target.value) ?? null)}>
          <option value="">about all of them</option>
          {known.map((label) => (
            <option key={label} value={label}>
              about {label}
            </option>
          ))}
        </select>
        <Button icon="send" isDisabled={!canSend} title={isWorking ? 'Work is under way' : 'Enter'} onClick={send}>
          Send
        </Button>
      </div>
    </div>
  );
}
