/** How much of something is used or done: 0 to 1, null where that is not known. */
export function Meter({ share, label }: { share: number | null; label: string }) {
  const percent = share === null ? null : Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return (
    <div className="meter" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...(percent === null ? {} : { 'aria-valuenow': percent })}>
      <div className={percent === null ? 'unknown' : undefined} style={{ width: percent === null ? '100%' : `${String(percent)}%` }} />
    </div>
  );
}
