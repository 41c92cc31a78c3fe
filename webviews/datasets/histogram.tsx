import { useState, type KeyboardEvent } from 'react';
import { count, shortCount } from '../../src/common/figures.ts';
import type { Facet, NumberRange } from '../../src/protocol/datasetPages.ts';
import { isInRange, rangeOfBin } from './bins.ts';
import { oneDecimal } from './numbers.ts';

interface HistogramProps {
  title: string;
  /** Null until it has come. */
  facet: Facet | null;
  range: NumberRange;
  /** Values are whole numbers. */
  isWhole: boolean;
  onSelect: (range: NumberRange) => void;
}

/** Bars of a distribution; each is a button that shows its rows, and once more all rows. */
export function Histogram({ title, facet, range, isWhole, onSelect }: HistogramProps) {
  const [focused, setFocused] = useState(0);
  const bins = facet?.bins ?? [];
  const most = Math.max(1, ...bins.map(({ rows }) => rows));
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = Math.min(bins.length - 1, Math.max(0, focused + step));
    setFocused(next);
    const button = event.currentTarget.children[next];
    if (button instanceof HTMLElement) button.focus();
  };
  const show = (value: number | null) => (value === null ? '–' : isWhole ? count(value) : oneDecimal(value));
  return (
    <figure className="histogram">
      <figcaption>
        <strong>{title}</strong>
        <span className="muted">{facet === null ? '' : `half up to ${show(facet.p50)}, 90 % up to ${show(facet.p90)}, at most ${show(facet.max)}`}</span>
      </figcaption>
      <div className="bars" role="group" aria-label={`${title}: rows by range`} onKeyDown={onKeyDown}>
        {bins.map((bin, index) => {
          const chosen = rangeOfBin(bin, { isLast: index === bins.length - 1, isWhole });
          const isChosen = chosen.from === range.from && chosen.to === range.to;
          const text = `${show(chosen.from)} to ${show(chosen.to)}: ${count(bin.rows)} rows`;
          return (
            <button
              key={bin.from}
              className={isInRange(bin, range) ? 'bar' : 'bar outside'}
              aria-label={text}
              aria-pressed={isChosen}
              title={text}
              tabIndex={index === focused ? 0 : -1}
              disabled={bin.rows === 0}
              onFocus={() => setFocused(index)}
              onClick={() => onSelect(isChosen ? { from: null, to: null } : chosen)}
            >
              <span style={{ height: `${bin.rows === 0 ? 0 : Math.max(3, (100 * bin.rows) / most)}%` }} />
            </button>
          );
        })}
      </div>
      <div className="axis muted" aria-hidden="true">
        <span>{bins[0] === undefined ? '' : shortCount(bins[0].from)}</span>
        <span>{facet === null ? '' : `mean ${facet.mean === null ? '–' : oneDecimal(facet.mean)}`}</span>
        <span>{bins.length === 0 ? '' : shortCount(bins.at(-1)?.to ?? 0)}</span>
      </div>
    </figure>
  );
}
