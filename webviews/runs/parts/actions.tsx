import { useState } from 'react';
import { Button, ButtonRow } from '../../shared/parts/button.tsx';
import { ErrorLine } from '../../shared/parts/errorLine.tsx';
import { isTransient, RequestError } from '../../shared/problems.ts';
import { useBackend } from '../panelContext.ts';
import type { RunData } from '../store.ts';

type Doing = 'stop' | 'discard' | 'resume';

/** Stop, discard and resume by the run's state, and the next step after it. */
export function Actions({ data }: { data: RunData }) {
  const backend = useBackend();
  const { run } = data;
  const [doing, setDoing] = useState<Doing | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<RequestError | null>(null);
  const isActive = run.state === 'queued' || run.state === 'starting' || run.state === 'running';
  const canResume = (run.state === 'cancelled' || run.state === 'interrupted' || run.state === 'failed') && data.checkpoints.length > 0;
  const adapterId = run.adapterId;

  const perform = async (what: Doing) => {
    setAsking(false);
    setProblem(null);
    setDoing(what);
    try {
      if (what === 'resume') await backend.request('runs/resume', { run: run.id });
      else await backend.request('runs/stop', { run: run.id, discard: what === 'discard' });
    } catch (error) {
      // A stop that takes long, or a backend that is away: the run's state tells what became of it.
      if (!isTransient(error)) setProblem(error instanceof RequestError ? error : new RequestError({ code: 'internal', message: String(error) }));
    }
    setDoing(null);
  };

  return (
    <div className="run-actions">
      {isAsking ? (
        <ButtonRow label="Discard this run?">
          <span role="alert">Discard the run? Its checkpoints and its adapter are given up.</span>
          <Button icon="trash" look="primary" onClick={() => void perform('discard')}>
            Discard
          </Button>
          <Button isFocused onClick={() => setAsking(false)}>Keep</Button>
        </ButtonRow>
      ) : (
        <ButtonRow label="Run">
          {run.state === 'completed' && adapterId !== null && (
            <Button icon="beaker" look="primary" onClick={() => backend.act('adapters.test', adapterId)}>
              Test against base
            </Button>
          )}
          {canResume && (
            <Button icon="debug-continue" look="primary" isDisabled={doing !== null} onClick={() => void perform('resume')}>
              Resume
            </Button>
          )}
          {isActive && (
            <Button icon="debug-stop" isDisabled={doing !== null} title="Ends the run after this step and saves it." onClick={() => void perform('stop')}>
              {run.state === 'queued' ? 'Cancel' : 'Stop and save'}
            </Button>
          )}
          {isActive && run.state !== 'queued' && (
            <Button icon="trash" isDisabled={doing !== null} title="Ends the run and keeps nothing." onClick={() => setAsking(true)}>
              Discard…
            </Button>
          )}
          {run.state === 'stopping' && <span className="muted">Saving…</span>}
        </ButtonRow>
      )}
      {problem !== null && <ErrorLine message={problem.message} hint={problem.hint} />}
    </div>
  );
}
