import { useMemo } from 'react';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { wordDiff, type DiffPart } from '../../shared/wordDiff.ts';

interface Sides {
  left: { title: string; text: string };
  right: { title: string; text: string };
}

/** Two texts side by side, with the words that one of them has alone. */
export function SideBySide({ left, right }: Sides) {
  const parts = useMemo(() => wordDiff(left.text, right.text), [left.text, right.text]);
  return (
    <div className="sideBySide">
      <Side title={left.title} parts={parts} side="left" />
      <Side title={right.title} parts={parts} side="right" />
    </div>
  );
}

function Side({ title, parts, side }: { title: string; parts: readonly DiffPart[]; side: 'left' | 'right' }) {
  return (
    <section>
      <h3>
        <VisibleText text={title} />
      </h3>
      <div className="side" dir="auto" tabIndex={0}>
        <DiffText parts={parts.filter(({ kind }) => kind === 'same' || kind === side)} />
      </div>
    </section>
  );
}

/** Both texts in one: what was taken out and what came in, each at its place. */
export function InlineDiff({ before, after }: { before: string; after: string }) {
  const parts = useMemo(() => wordDiff(before, after), [before, after]);
  return (
    <div className="inline-diff" dir="auto">
      <DiffText parts={parts} />
    </div>
  );
}

function DiffText({ parts }: { parts: readonly DiffPart[] }) {
  return parts.map(({ kind, text }, index) =>
    kind === 'same' ? (
      <VisibleText key={index} text={text} />
    ) : (
      <mark key={index} className={kind}>
        <span className="visually-hidden">{kind === 'left' ? '[only left: ' : '[only right: '}</span>
        <VisibleText text={text} />
        <span className="visually-hidden">]</span>
      </mark>
    ),
  );
}
