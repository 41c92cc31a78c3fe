import type { IndexBlock } from '../../store/datasetIndex.ts';

/** Rows in one block of columns; a block is also the unit that goes to the index writer. */
export const blockRows = 4096;

/** Lies in shared memory, so that the writer thread gets it without a copy. */
export function makeColumnBlock(): IndexBlock {
  const shared = (bytesPerValue: number, perRow = 1): SharedArrayBuffer => new SharedArrayBuffer(bytesPerValue * perRow * blockRows);
  return {
    count: 0,
    file: new Uint16Array(shared(2)),
    line: new Float64Array(shared(8)),
    hash: new Uint32Array(shared(4, 2)),
    prompt: new Uint32Array(shared(4, 2)),
    key: new Uint32Array(shared(4, 2)),
    offset: new Float64Array(shared(8)),
    length: new Uint32Array(shared(4)),
    quality: new Uint8Array(shared(1)),
    tokens: new Uint32Array(shared(4)),
    turns: new Uint16Array(shared(2)),
    split: new Uint8Array(shared(1)),
  };
}

export interface RowFacts {
  file: number;
  line: number;
  hashLow: number;
  hashHigh: number;
  promptLow: number;
  promptHigh: number;
  keyLow: number;
  keyHigh: number;
  offset: number;
  length: number;
  quality: number;
  tokens: number;
  turns: number;
  split: number;
}

/** All rows of an import, in blocks, so that growing never copies. */
export class RowColumns {
  readonly blocks: IndexBlock[] = [];
  count = 0;

  /** Adds a row; answers the block when this row filled it. */
  add(facts: RowFacts): IndexBlock | undefined {
    let block = this.blocks.at(-1);
    if (block === undefined || block.count === blockRows) {
      block = makeColumnBlock();
      this.blocks.push(block);
    }
    const at = block.count++;
    this.count++;
    block.file[at] = facts.file;
    block.line[at] = facts.line;
    block.hash[2 * at] = facts.hashLow;
    block.hash[2 * at + 1] = facts.hashHigh;
    block.prompt[2 * at] = facts.promptLow;
    block.prompt[2 * at + 1] = facts.promptHigh;
    block.key[2 * at] = facts.keyLow;
    block.key[2 * at + 1] = facts.keyHigh;
    block.offset[at] = facts.offset;
    block.length[at] = facts.length;
    block.quality[at] = facts.quality;
    block.tokens[at] = facts.tokens;
    block.turns[at] = facts.turns;
    block.split[at] = facts.split;
    return block.count === blockRows ? block : undefined;
  }

  /** The block and place of a row. */
  locate(row: number): { block: IndexBlock; at: number } {
    const block = this.blocks[Math.floor(row / blockRows)];
    if (block === undefined) throw new Error(`row ${String(row)} was never added`);
    return { block, at: row % blockRows };
  }

  /** Block that is not full and so was not answered by `add`. */
  rest(): IndexBlock | undefined {
    const block = this.blocks.at(-1);
    return block !== undefined && block.count < blockRows ? block : undefined;
  }
}
