/** `1 h 02 min`, `3 min 05 s`, `12 s`; `–` where it is not known. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  const whole = Math.round(seconds);
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${seconds < 10 ? Math.round(seconds * 10) / 10 : whole} s`;
}

/** Four significant digits: a loss of 0.0123 and one of 12.3 are both readable. */
export function figure(value: number | null): string {
  if (value === null) return '–';
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(2);
  return Math.abs(value) >= 1e5 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}

export function count(value: number | null): string {
  return value === null ? '–' : Math.round(value).toLocaleString('en-US');
}

/** A large number in few characters: `940`, `12.3k`, `4.56M`. */
export function shortCount(value: number): string {
  return Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 }).format(value).replace('K', 'k');
}

export function memory(bytes: number | null): string {
  if (bytes === null) return '–';
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

/** `1 row`, `2 rows`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
