import { memo } from 'react';
import { count } from '../../src/common/figures.ts';
import type { ListedRow } from '../../src/protocol/datasetPages.ts';
import { oneDecimal, words } from './numbers.ts';
import { VisibleText } from '../shared/parts/visibleText.tsx';

interface RowLineProps {
  /** Undefined until it has come. */
  row: ListedRow | undefined;
  index: number;
  isSelected: boolean;
  isExpanded: boolean;
  onToggle: () => void;
}

/** One row as a line of the list. */
export const RowLine = memo(function RowLine({ row, index, isSelected, isExpanded, onToggle }: RowLineProps) {
  const className = `rowLine${isSelected ? ' selected' : ''}${row === undefined ? ' waiting' : ''}`;
  if (row === undefined) {
    return (
      <div id={`row-${index}`} role="row" aria-rowindex={index + 1} aria-busy="true" className={className}>
        <span role="gridcell" />
        <span role="gridcell" className="right muted">
          …
        </span>
      </div>
    );
  }
  const reasons = row.reasons.map(words).join(', ');
  return (
    <div id={`row-${index}`} role="row" aria-rowindex={index + 1} aria-expanded={isExpanded} aria-selected={isSelected} className={className} onClick={onToggle}>
      <span role="gridcell" className={`codicon codicon-chevron-${isExpanded ? 'down' : 'right'}`} />
      <span role="gridcell" className="right">
        {count(row.row)}
      </span>
      <span role="gridcell" className={`split ${row.split}`}>
        {row.split}
      </span>
      <span role="gridcell" className="right" title={reasons === '' ? 'No point was taken off.' : reasons}>
        {row.quality === 10 ? null : <span className="codicon codicon-warning" aria-label={reasons} />}
        {oneDecimal(row.quality)}
      </span>
      <span role="gridcell" className="right">
        {count(row.tokens)}
      </span>
      <span role="gridcell" className="right">
        {row.turns}
      </span>
      <span role="gridcell" className="cut">
        <VisibleText text={row.preview} />
      </span>
      <span role="gridcell" className="cut">
        <VisibleText text={row.answer} />
      </span>
    </div>
  );
});
