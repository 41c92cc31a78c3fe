import { useLayoutEffect, useRef } from 'react';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { useRunState } from '../panelContext.ts';

/** The end of the trainer's log; it follows new lines unless a person has scrolled up. */
export function LogTail() {
  const lines = useRunState((state) => state.log);
  const box = useRef<HTMLPreElement>(null);
  const isFollowing = useRef(true);
  useLayoutEffect(() => {
    if (box.current !== null && isFollowing.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <Section title="Log">
      {lines !== null && lines.length === 0 ? (
        <EmptyState icon="output" text="Nothing logged yet." />
      ) : (
        <pre
          ref={box}
          className="log"
          tabIndex={0}
          role="log"
          aria-label="Log"
          aria-live="off"
          onScroll={({ currentTarget }) => {
            isFollowing.current = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < 24;
          }}
        >
          {lines?.join('\n')}
        </pre>
      )}
    </Section>
  );
}
