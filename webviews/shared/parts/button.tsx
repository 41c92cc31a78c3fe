import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

interface ButtonProps {
  children: ReactNode;
  icon?: string;
  /** One per group: the next useful thing. `plain` has no background until it is pointed at. */
  look?: 'primary' | 'secondary' | 'plain';
  isDisabled?: boolean;
  title?: string;
  /** It has the focus when it appears: where it takes the place of what was clicked. */
  isFocused?: boolean;
  onClick: () => void;
}

export function Button({ children, icon, look = 'secondary', isDisabled = false, title, isFocused = false, onClick }: ButtonProps) {
  return (
    <button type="button" className={`button ${look}`} disabled={isDisabled} autoFocus={isFocused} onClick={onClick} {...(title === undefined ? {} : { title })}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** Buttons side by side that wrap where there is no room. */
export function ButtonRow({ children, label }: { children: ReactNode; label: string }) {
  return (
    <div className="button-row" role="group" aria-label={label}>
      {children}
    </div>
  );
}

/** Something that is on or off. */
export function Toggle({ children, isOn, onChange, title }: { children: ReactNode; isOn: boolean; onChange: (isOn: boolean) => void; title?: string }) {
  return (
    <button type="button" className="button toggle" aria-pressed={isOn} onClick={() => onChange(!isOn)} {...(title === undefined ? {} : { title })}>
      {children}
    </button>
  );
}
