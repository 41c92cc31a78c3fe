import type { PanelBackend } from '../shared/backend.ts';
import { Button, ButtonRow } from '../shared/parts/button.tsx';
import { Icon } from '../shared/parts/icon.tsx';
import type { Problem } from './problem.ts';

/** A failure: what happened, what can be done, and buttons that do it. */
export function ProblemBox({ problem, backend, onRetry }: { problem: Problem; backend: PanelBackend; onRetry: () => void }) {
  return (
    <div className="problem" role="alert">
      <Icon name="error" />
      <div>
        <strong>{problem.message}</strong>
        {problem.hint === undefined ? null : <p>{problem.hint}</p>}
        <ButtonRow label="What can be done">
          {problem.code === 'python_missing' && (
            <Button look="primary" onClick={() => backend.act('setup.run', null)}>
              Set Up Training
            </Button>
          )}
          <Button onClick={onRetry}>Try Again</Button>
          <Button onClick={() => backend.act('showLog', null)}>Show Log</Button>
        </ButtonRow>
      </div>
    </div>
  );
}
