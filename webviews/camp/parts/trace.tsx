import { duration } from '../../../src/common/figures.ts';
import type { TraceEntry } from '../../../src/protocol/agentDefinitions.ts';
import { assertNever } from '../../../src/common/assertNever.ts';
import { Icon } from '../../shared/parts/icon.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';

/** What happened during an execution, in order, each below what it happened within. */
export function Trace({ entries }: { entries: readonly TraceEntry[] }) {
  if (entries.length === 0) return <p className="muted">Nothing was recorded on the way.</p>;
  return <Level entries={entries} parent={null} />;
}

function Level({ entries, parent }: { entries: readonly TraceEntry[]; parent: number | null }) {
  const own = entries.map((entry, index) => ({ entry, index })).filter(({ entry }) => entry.parent === parent);
  return (
    <ol className="trace">
      {own.map(({ entry, index }) => (
        <li key={index}>
          <details open={own.length === 1}>
            <summary>
              <Icon name={iconOf(entry)} /> {entry.kind} <strong><VisibleText text={entry.name} /></strong>{' '}
              <span className="muted">
                at {duration(entry.startedSeconds)}, {duration(entry.seconds)}
                {tokensOf(entry)}
              </span>
              {entry.error !== null && <span className="bad"> failed: <VisibleText text={entry.error} /></span>}
            </summary>
            <h4>Given</h4>
            <div className="code" dir="auto">
              <VisibleText text={entry.input} />
            </div>
            <h4>Answered{entry.isCut ? ', cut where it was long' : ''}</h4>
            <div className="code" dir="auto">
              <VisibleText text={entry.output} />
            </div>
          </details>
          {entries.some((one) => one.parent === index) && <Level entries={entries} parent={index} />}
        </li>
      ))}
    </ol>
  );
}

function tokensOf({ usage }: TraceEntry): string {
  const tokens = usage?.completionTokens ?? null;
  return tokens === null ? '' : `, ${String(tokens)} tokens`;
}

function iconOf({ kind }: TraceEntry): string {
  switch (kind) {
    case 'model':
      return 'sparkle';
    case 'tool':
      return 'tools';
    case 'step':
      return 'symbol-event';
    default:
      return assertNever(kind);
  }
}
