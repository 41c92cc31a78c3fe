/** Points in one block: 64 blocks in a full chunk, a twentieth of its bytes. */
export const blockPoints = 64;
/** A smaller chunk is read as fast from its points. */
export const leastBlockedPoints = 512;

/** Blocks of a chunk, a block per index. `low` and `high` are infinite where none of its values is finite. */
export interface Blocks {
  count: number;
  firstStep: Float64Array;
  lastStep: Float64Array;
  firstTime: Float64Array;
  low: Float64Array;
  high: Float64Array;
  total: Float64Array;
  finite: Float64Array;
}

const columns = 7;

/** A chunk's points summarised block by block, as `metric_blocks` keeps them. */
export function packBlocks({ steps, times, values }: { steps: readonly number[]; times: readonly number[]; values: readonly number[] }): Buffer {
  const count = Math.ceil(values.length / blockPoints);
  const numbers = new Float64Array(count * columns);
  for (let block = 0; block < count; block += 1) {
    const from = block * blockPoints;
    const to = Math.min(values.length, from + blockPoints);
    let low = Infinity;
    let high = -Infinity;
    let total = 0;
    let finite = 0;
    let lastStep = -Infinity;
    for (let index = from; index < to; index += 1) {
      const value = values[index] ?? NaN;
      lastStep = Math.max(lastStep, steps[index] ?? 0);
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      total += value;
      finite += 1;
    }
    [steps[from] ?? 0, lastStep, times[from] ?? 0, low, high, total, finite].forEach((number, column) => {
      numbers[column * count + block] = number;
    });
  }
  return Buffer.from(numbers.buffer);
}

export function unpackBlocks(numbers: Float64Array): Blocks {
  const count = numbers.length / columns;
  const column = (index: number) => numbers.subarray(index * count, (index + 1) * count);
  return { count, firstStep: column(0), lastStep: column(1), firstTime: column(2), low: column(3), high: column(4), total: column(5), finite: column(6) };
}
