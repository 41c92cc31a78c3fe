import { useRef } from 'react';
import { Button } from '../../shared/parts/button.tsx';
import { usePanel } from '../panelContext.ts';
import { useDocument, useSessionStore } from '../stores/sessionStore.ts';
import { Composer } from './composer.tsx';
import { Messages, type SuggestionsProps } from './messages.tsx';

/** Talking with the trainer. It changes nothing by itself: a person takes what it suggests. */
export function Conversation(suggestions: SuggestionsProps) {
  const { actions } = usePanel();
  const { conversation } = useDocument();
  const isWorking = useSessionStore((state) => state.work !== null);
  const isWriting = useSessionStore((state) => state.reply !== '');
  const log = useRef<HTMLDivElement>(null);
  return (
    <section className="conversation" aria-label="Conversation with the trainer">
      <h2>Trainer</h2>
      <Messages log={log} conversation={conversation} {...suggestions} />
      {conversation.at(-1)?.by === 'user' && !isWorking && !isWriting && (
        <p className="unanswered">
          <span className="muted">Not answered.</span>{' '}
          <Button
            icon="refresh"
            onClick={() => {
              log.current?.focus();
              actions.askAgain();
            }}
          >
            Ask Again
          </Button>
        </p>
      )}
      <Composer isWorking={isWorking} />
    </section>
  );
}
