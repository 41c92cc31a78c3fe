/**
 * Exponential moving average without the bias of its start, as TensorBoard draws it: `weight` 0 is the values
 * themselves, near 1 is very smooth. A value that is not finite stays one and does not count.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = new Float64Array(values.length);
  let average = 0;
  let seen = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      smoothed[index] = Number.NaN;
      continue;
    }
    average = average * weight + (1 - weight) * value;
    seen += 1;
    smoothed[index] = average / (1 - weight ** seen);
  }
  return smoothed;
}
