import { RunStateMark } from '../../shared/parts/runState.tsx';
import type { RunData } from '../store.ts';
import { Actions } from './actions.tsx';

/** Which run it is and what can be done with it. */
export function Header({ data }: { data: RunData }) {
  const { run } = data;
  const facts = [run.model, run.method.toUpperCase(), ...(run.agent === null ? [] : [`for ${run.agent}`]), ...(run.device === null ? [] : [run.device]), run.id];
  return (
    <header className="page-header">
      <div>
        <h1>
          {run.dataset} <span className="muted">v{run.datasetVersion}</span>
        </h1>
        <p className="run-facts">
          <RunStateMark state={run.state} />
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      <Actions data={data} />
    </header>
  );
}
