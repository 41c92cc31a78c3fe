import { useState } from 'react';
import { Button, ButtonRow } from '../../shared/parts/button.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { usePanel } from '../panelContext.ts';
import { useDocument, useSessionStore } from '../stores/sessionStore.ts';
import { TextField } from './fields.tsx';
import { Grid } from './grid.tsx';

/** One agent, one column: what it answers, what you say to it, and what you said before. */
export function QuickStart() {
  const { actions } = usePanel();
  const { feedback } = useDocument();
  const isWorking = useSessionStore((state) => state.work !== null);
  const [text, setText] = useState('');
  return (
    <div className="quick-start">
      <Grid />
      <section className="feedback" aria-label="Feedback">
        <TextField label="What should be different?" text={text} onChange={setText} longest={20_000} placeholder="Such as: shorter, and name the component first" />
        <ButtonRow label="Feedback">
          <Button
            look="primary"
            icon="sync"
            isDisabled={isWorking || text.trim() === ''}
            onClick={() => {
              actions.evolve(text.trim());
              setText('');
            }}
          >
            Evolve
          </Button>
        </ButtonRow>
        {feedback.length > 0 && (
          <ol className="said" reversed>
            {feedback.toReversed().map(({ version, text: said, created }) => (
              <li key={created}>
                <span className="muted">to v{version}: </span>
                <VisibleText text={said} />
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}
