import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, type KeyboardEvent } from 'react';
import type { PanelBackend } from '../shared/backend.ts';
import type { UseDataset } from './datasetStore.ts';
import { RowDetail } from './rowDetail.tsx';
import { RowLine } from './rowLine.tsx';

const lineHeight = 26;
/** Browsers draw elements up to about 33 million pixels high. */
const mostLines = 1_200_000;

/** Rows in a list that scrolls through all of them and holds only those near what is seen. */
export function RowList({ useDataset, backend }: { useDataset: UseDataset; backend: PanelBackend }) {
  const { pager, selected, isExpanded, select, dataset, report, pagesSeen } = useDataset();
  const scroller = useRef<HTMLDivElement>(null);
  const count = Math.min(pager.total ?? 30, mostLines);
  // eslint-disable-next-line react-hooks/incompatible-library -- there is no compiler that memoizes here
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => lineHeight, overscan: 12, initialOffset: selected * lineHeight });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => pager.show(first, last), [pager, first, last, pagesSeen]);
  const hasCome = pager.total !== null;
  // Once for each list and each choice, not when rows arrive: who scrolls away from the chosen row is not taken back.
  const revealSelected = useEffectEvent(() => {
    if (hasCome) virtual.scrollToIndex(Math.min(selected, count - 1), { align: 'auto' });
  });
  useEffect(() => revealSelected(), [pager, hasCome, selected]);
  // A row that was opened is brought into sight once it is drawn; who scrolls on is not taken back.
  const opened = useRef(-1);
  useEffect(() => {
    if (!isExpanded) opened.current = -1;
  }, [isExpanded]);
  const onShown = (index: number) => {
    if (opened.current === index) return;
    opened.current = index;
    requestAnimationFrame(() => scroller.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: 'nearest' }));
  };
  const move = (index: number) => select(Math.max(0, Math.min(count - 1, index)));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const act = keys(move, { selected, count, page: Math.max(1, last - first - 24), setExpanded: (value) => select(selected, value ?? !isExpanded) })[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <div className="rowTable">
      <div className="rowLine rowHead" aria-hidden="true">
        <span />
        <span className="right">Row</span>
        <span>Split</span>
        <span className="right">Quality</span>
        <span className="right">Tokens</span>
        <span className="right">Turns</span>
        <span>Prompt</span>
        <span>Answer</span>
      </div>
      <div
        ref={scroller}
        className="rowScroller"
        role="treegrid"
        aria-label="Rows of the dataset"
        aria-rowcount={pager.total ?? -1}
        aria-activedescendant={`row-${selected}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map(({ index, start, key }) => {
            const isOpen = index === selected && isExpanded;
            const row = pager.row(index);
            return (
              <div key={key} ref={virtual.measureElement} data-index={index} role="presentation" className="rowSlot" style={{ transform: `translateY(${start}px)` }}>
                <RowLine row={row} index={index} isSelected={index === selected} isExpanded={isOpen} onToggle={() => select(index, !isOpen)} />
                {isOpen && row !== undefined ? <RowDetail key={`${String(report?.dataset.version)} ${row.row}`} row={row} dataset={dataset} version={report?.dataset.version ?? null} useDataset={useDataset} backend={backend} onShown={() => onShown(index)} /> : null}
              </div>
            );
          })}
        </div>
      </div>
      {(pager.total ?? 0) > mostLines ? <p className="muted">The list ends here: filter to see rows beyond the first {mostLines.toLocaleString('en')}.</p> : null}
    </div>
  );
}

interface Around {
  selected: number;
  count: number;
  page: number;
  /** Undefined turns it around. */
  setExpanded: (value?: boolean) => void;
}

function keys(move: (index: number) => void, { selected, count, page, setExpanded }: Around): Readonly<Record<string, () => void>> {
  return {
    ArrowDown: () => move(selected + 1),
    ArrowUp: () => move(selected - 1),
    PageDown: () => move(selected + page),
    PageUp: () => move(selected - page),
    Home: () => move(0),
    End: () => move(count - 1),
    Enter: () => setExpanded(),
    ' ': () => setExpanded(),
    ArrowRight: () => setExpanded(true),
    ArrowLeft: () => setExpanded(false),
    Escape: () => setExpanded(false),
  };
}
