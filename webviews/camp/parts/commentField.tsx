import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { usePanel } from '../panelContext.ts';
import { useLineageStore } from '../stores/lineageStore.ts';

interface CommentFieldProps {
  place: { label: LineageLabel; input: string; artifact: string };
  name: string;
  comment: string;
  /** What is stored of it. */
  stored: string;
  score: number | null;
  isDisabled: boolean;
}

/** Why the score. It is stored when it is left, and with every further score. */
export function CommentField({ place, name, comment, stored, score, isDisabled }: CommentFieldProps) {
  const { actions, lineageStore } = usePanel();
  const setDraft = useLineageStore((state) => state.setDraft);
  const save = () => {
    // As it is now: Escape drops it, and leaves the field.
    const draft = lineageStore.getState().drafts[place.artifact];
    if (draft !== undefined && draft !== stored && score !== null) actions.score(place, score, draft);
  };
  return (
    <input
      type="text"
      className="comment"
      aria-label={`Comment on ${name}`}
      placeholder={score === null ? 'Score first, then say why' : 'Why this score? (C)'}
      tabIndex={-1}
      maxLength={20_000}
      value={comment}
      disabled={isDisabled}
      onChange={({ target }) => setDraft(place.artifact, target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        // What is written is not a key of the card.
        event.stopPropagation();
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        if (event.key === 'Escape') setDraft(place.artifact, null);
        event.currentTarget.closest<HTMLElement>('.lineage')?.focus();
      }}
    />
  );
}
