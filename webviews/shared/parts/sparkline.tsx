/** A curve without axes, as wide as its place. `label` says in words what it shows. */
export function Sparkline({ values, label, from, to }: { values: ArrayLike<number>; label: string; from?: number; to?: number }) {
  const finite = Array.from(values).filter((value) => Number.isFinite(value));
  const low = from ?? Math.min(...finite);
  const span = (to ?? Math.max(...finite)) - low || 1;
  const last = Math.max(1, finite.length - 1);
  const points = finite.map((value, index) => `${((index / last) * 100).toFixed(2)},${(30 - ((value - low) / span) * 28 - 1).toFixed(2)}`);
  return (
    <svg className="sparkline" viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label={label}>
      {points.length > 1 && <polyline points={points.join(' ')} vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}
