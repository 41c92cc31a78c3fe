import { LongText } from './longText.tsx';
import { VisibleText } from '../shared/parts/visibleText.tsx';

/** A value as indented JSON, folded unless `isOpen`. */
export function JsonValue({ label, value, isOpen = false }: { label: string; value: unknown; isOpen?: boolean }) {
  return (
    <details className="json" open={isOpen}>
      <summary>
        <VisibleText text={label} />
      </summary>
      <LongText className="code" text={JSON.stringify(value, null, 2)} />
    </details>
  );
}
