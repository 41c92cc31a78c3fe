import { useId } from 'react';

interface TextFieldProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  placeholder?: string;
  note?: string;
  rows?: number;
  longest?: number;
  isFocused?: boolean;
}

/** A text of several lines, with its name above it. */
export function TextField({ label, text, onChange, placeholder, note, rows = 3, longest = 10_000, isFocused = false }: TextFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} rows={rows} value={text} maxLength={longest} autoFocus={isFocused} aria-describedby={`${id}-note`} onChange={({ target }) => onChange(target.value)} {...(placeholder === undefined ? {} : { placeholder })} />
      {note !== undefined && (
        <p id={`${id}-note`} className="muted">
          {note}
        </p>
      )}
    </div>
  );
}
