import { useEffect, useState } from 'react';
import { duration } from '../../../src/common/figures.ts';
import { Button } from '../../shared/parts/button.tsx';
import { ErrorLine } from '../../shared/parts/errorLine.tsx';
import { Icon } from '../../shared/parts/icon.tsx';
import { Meter } from '../../shared/parts/meter.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { useSessionStore } from '../stores/sessionStore.ts';

/** What is under way, how far and since when, with its end; else what went wrong. Its place stays when it is empty. */
export function WorkBar() {
  const work = useSessionStore((state) => state.work);
  // Whoever comes back to a panel has not heard yet why its work failed.
  const problem = useSessionStore((state) => state.problem ?? (state.ended === null || state.ended.id === state.dismissed ? null : state.ended.problem));
  const failure = useSessionStore((state) => state.failure);
  const dismiss = useSessionStore((state) => state.dismissProblem);
  return (
    <div className="work-bar" role="status">
      {work !== null && (
        <>
          <Icon name="loading" isSpinning />
          <span className="work-title">
            {work.title}
            <VisibleText text={work.message === '' ? '' : `: ${work.message}`} />
          </span>
          <Seconds since={work.startedMs} />
          <Meter share={work.share} label={work.title} />
          {work.cancel !== null && <Button onClick={work.cancel}>Cancel</Button>}
        </>
      )}
      {work === null && problem !== null && (
        <>
          <ErrorLine message={problem.message} hint={problem.hint} />
          <Button look="plain" onClick={dismiss}>
            Close
          </Button>
        </>
      )}
      {work === null && problem === null && failure !== null && <ErrorLine message={failure.message} hint={failure.hint} />}
    </div>
  );
}

function Seconds({ since }: { since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <span className="muted seconds">{duration(Math.max(0, Math.round((now - since) / 1000)))}</span>;
}
