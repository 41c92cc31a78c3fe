import type { Curve } from '../charts/curves.ts';
import { lastValue } from '../model/series.ts';

/** Which colour is what, and each curve's newest value. Its height does not depend on how many there are as long as they fit a line. */
export function Legend({ curves, format }: { curves: readonly Curve[]; format: (value: number) => string }) {
  return (
    <ul className="legend">
      {curves.map(({ id, label, colour, shape, series }) => (
        <li key={id}>
          <span className={`swatch ${shape} colour-${String(colour % 6)}`} aria-hidden="true" />
          {label} <span className="number muted">{newest(lastValue(series), format)}</span>
        </li>
      ))}
    </ul>
  );
}

function newest(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value);
}
