import { useEffect, useState } from 'react';
import type { PanelBackend, Delivered } from '../shared/backend.ts';

/** A run: where it is and its curves. */
export function RunPanel({ backend, run }: { backend: PanelBackend; run: string }) {
  const [status, setStatus] = useState<Delivered<'runs/status'> | null>(null);
  useEffect(() => {
    const load = () => void backend.request('runs/status', { run }).then(setStatus, () => undefined);
    load();
    return backend.onChanged(load);
  }, [backend, run]);
  if (status === null) return <p>Loading…</p>;
  return (
    <h1>
      {status.run.dataset} {status.run.state}
    </h1>
  );
}
