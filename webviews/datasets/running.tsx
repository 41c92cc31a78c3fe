import { Button } from '../shared/parts/button.tsx';
import { Icon } from '../shared/parts/icon.tsx';
import type { Work } from './work.ts';

/** Work that is under way: how far, since when, and a button that ends it. */
export function Running({ work, label }: { work: Extract<Work<unknown>, { state: 'running' }>; label: string }) {
  const share = work.progress?.share ?? null;
  return (
    <div className="running" role="status">
      <Icon name="loading" isSpinning />
      <span>
        {label}
        {work.progress === null ? '' : `: ${work.progress.message}`}
        {work.seconds > 1 ? ` (${work.seconds} s)` : ''}
      </span>
      {share === null ? null : <progress max={1} value={share} aria-label={label} />}
      <Button onClick={work.cancel}>Cancel</Button>
    </div>
  );
}
