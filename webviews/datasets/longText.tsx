import { useState } from 'react';
import { count } from '../../src/common/figures.ts';
import { VisibleText } from '../shared/parts/visibleText.tsx';

/** A page that lays out millions of characters stands still, so the rest comes on request, a part at a time. */
const shownAtOnce = 20_000;

export function LongText({ text, className }: { text: string; className: string }) {
  const [shown, setShown] = useState(shownAtOnce);
  return (
    <div className={className} dir="auto">
      <VisibleText text={text.slice(0, shown)} />
      {text.length > shown ? (
        <button className="link more" onClick={() => setShown(shown + 5 * shownAtOnce)}>
          Show more: {count(text.length - shown)} characters are left
        </button>
      ) : null}
    </div>
  );
}
