import { scores } from '../model/scores.ts';

interface ScoreControlProps {
  /** What is scored, for a screen reader. */
  label: string;
  score: number | null;
  /** A judge's proposal, marked beside. */
  proposed: number | null;
  isDisabled: boolean;
  onScore: (score: number) => void;
}

/** The ten scores side by side; the card takes digits as well. */
export function ScoreControl({ label, score, proposed, isDisabled, onScore }: ScoreControlProps) {
  return (
    <div className="scores" role="radiogroup" aria-label={label}>
      {scores.map((one) => (
        <button
          key={one}
          type="button"
          role="radio"
          aria-checked={one === score}
          aria-label={`${String(one)} of 10`}
          // The card is one stop of the Tab key; digits score from there.
          tabIndex={-1}
          className={one === proposed && score === null ? 'proposed' : undefined}
          title={one === proposed && score === null ? 'The judge’s proposal' : undefined}
          disabled={isDisabled}
          onClick={() => onScore(one)}
        >
          {one}
        </button>
      ))}
    </div>
  );
}
