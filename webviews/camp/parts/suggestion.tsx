import { useRef } from 'react';
import type { ChatSuggestion } from '../../../src/protocol/camp.ts';
import { Button } from '../../shared/parts/button.tsx';
import { Icon } from '../../shared/parts/icon.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';

/** What the trainer would change, and the way to do it. */
export function Suggestion({ suggestion, isTaken, canTake, onTake }: { suggestion: ChatSuggestion; isTaken: boolean; canTake: boolean; onTake: () => void }) {
  const { lineage } = suggestion;
  const group = useRef<HTMLDivElement>(null);
  const what = suggestion.kind === 'strategy' ? 'strategy' : suggestion.holds === 'sticky' ? 'always' : 'next cycle';
  return (
    <div ref={group} className="suggestion" role="group" tabIndex={-1} aria-label={`Suggestion for ${lineage}`}>
      <p>
        <strong>{lineage}</strong> <span className="tag">{what}</span>{' '}
        {suggestion.kind === 'strategy' ? (
          <>
            <strong>
              <VisibleText text={suggestion.tag} />
            </strong>
            : <VisibleText text={suggestion.approach} />
          </>
        ) : (
          <VisibleText text={suggestion.text} />
        )}
      </p>
      {isTaken && (
        <span className="muted">
          <Icon name="check" /> in use
        </span>
      )}
      {!isTaken && canTake && (
        <Button
          icon="add"
          onClick={() => {
            // The button goes away, and a panel without a focus takes keys for the cards'.
            group.current?.focus();
            onTake();
          }}
        >
          Use for {lineage}
        </Button>
      )}
    </div>
  );
}
