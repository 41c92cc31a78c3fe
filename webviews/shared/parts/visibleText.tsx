import { segmentsOf } from '../segments.ts';

/** A person's text as it is: characters that show nothing or turn the direction around are written as their code. */
export function VisibleText({ text }: { text: string }) {
  const segments = segmentsOf(text);
  return (
    <bdi>
      {segments.map((segment, index) =>
        segment.kind === 'text' ? (
          segment.text
        ) : (
          <span key={index} className="invisible" title={segment.title}>
            {segment.text}
          </span>
        ),
      )}
    </bdi>
  );
}
