import { Icon } from './icon.tsx';
import { VisibleText } from './visibleText.tsx';

/** What went wrong and what to do about it, in one line that a screen reader tells at once. */
export function ErrorLine({ message, hint, onRetry }: { message: string; hint?: string | undefined; onRetry?: () => void }) {
  return (
    <p className="error-line" role="alert">
      <Icon name="error" />
      <span className="error-text">
        <VisibleText text={message} />{' '}
        {hint !== undefined && (
          <span className="error-hint">
            <VisibleText text={hint} />
          </span>
        )}
      </span>
      {onRetry !== undefined && (
        <button type="button" className="button plain" onClick={onRetry}>
          Try again
        </button>
      )}
    </p>
  );
}

/** The backend is away and comes back by itself; what is shown stays. Takes no room from anything. */
export function ReconnectingMark({ isShown }: { isShown: boolean }) {
  return (
    <div className="reconnecting" role="status">
      {isShown && (
        <>
          <Icon name="sync" isSpinning /> Reconnecting…
        </>
      )}
    </div>
  );
}
