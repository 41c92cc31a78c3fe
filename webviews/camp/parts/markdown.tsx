import { useLayoutEffect, useRef } from 'react';
import { renderMarkdown } from '../model/markdown.ts';

/** A model's answer, as markdown made safe. */
export function Markdown({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current?.replaceChildren(renderMarkdown(text));
  }, [text]);
  return <div ref={place} className="markdown" dir="auto" />;
}
