import { assertNever } from '../../../src/common/assertNever.ts';
import type { RunState } from '../../../src/protocol/runs.ts';
import { Icon } from './icon.tsx';

/** A run's state as icon and word; colour is never alone. */
export function RunStateMark({ state }: { state: RunState }) {
  const { icon, tone } = lookOf(state);
  return (
    <span className={`run-state ${tone}`}>
      <Icon name={icon} isSpinning={icon === 'loading'} /> {state}
    </span>
  );
}

function lookOf(state: RunState): { icon: string; tone: string } {
  switch (state) {
    case 'queued':
      return { icon: 'clock', tone: 'quiet' };
    case 'starting':
    case 'running':
      return { icon: 'loading', tone: 'active' };
    case 'stopping':
      return { icon: 'debug-stop', tone: 'warning' };
    case 'completed':
      return { icon: 'pass', tone: 'good' };
    case 'cancelled':
      return { icon: 'circle-slash', tone: 'quiet' };
    case 'failed':
      return { icon: 'error', tone: 'bad' };
    case 'interrupted':
      return { icon: 'warning', tone: 'warning' };
    default:
      return assertNever(state);
  }
}
