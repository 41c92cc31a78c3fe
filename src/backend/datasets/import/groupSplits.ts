import type { RowColumns } from './rowColumns.ts';
import { placeOf, splitCode, type SplitShares } from './splits.ts';

/** Rows that must share a split: one number per row, the first row of its group. */
export class RowGroups {
  readonly #parent: Uint32Array;

  constructor(rows: number) {
    this.#parent = Uint32Array.from({ length: rows }, (_, row) => row);
  }

  rootOf(row: number): number {
    let root = row;
    while (this.#up(root) !== root) root = this.#up(root);
    for (let at = row; at !== root; ) {
      const next = this.#up(at);
      this.#parent[at] = root;
      at = next;
    }
    return root;
  }

  unite(a: number, b: number): void {
    const first = this.rootOf(a);
    const second = this.rootOf(b);
    if (first !== second) this.#parent[Math.max(first, second)] = Math.min(first, second);
  }

  #up(row: number): number {
    return this.#parent[row] ?? row;
  }
}

export interface GroupSplitsInit {
  columns: RowColumns;
  /** Pairs of near duplicates, flat. */
  nearPairs: readonly number[];
  shares: SplitShares;
  seed: number;
  /** The split that a row must have, because an earlier version gave it. */
  fixedOf: (low: number, high: number, file: number) => number | undefined;
  /** Files declared their splits: nothing is moved to fill one, and what several splits share goes to the strictest. */
  isDeclared: boolean;
}

/**
 * Settles the splits when all rows are known. Rows of one prompt have one split already (it follows from the prompt);
 * near duplicates join their groups, and where a small dataset got no validation or test rows, the groups nearest to
 * the boundary move there. Answers flat pairs of row and split for the rows that changed, and changes the columns.
 */
export function settleSplits(init: GroupSplitsInit): Float64Array {
  const { columns } = init;
  const changes: number[] = [];
  const set = (row: number, split: number): void => {
    const { block, at } = columns.locate(row);
    if (block.split[at] === split) return;
    block.split[at] = split;
    changes.push(row, split);
  };
  if (init.nearPairs.length > 0 || init.isDeclared) joinGroups(init, set);
  if (init.isDeclared) return Float64Array.from(changes);
  const total = countSplits(columns);
  const needs = (['validation', 'test'] as const).filter((split) => init.shares[split] > 0 && total[splitCode[split]] === 0);
  if (needs.length > 0 || (init.shares.train > 0 && total[0] === 0)) fillEmpty(init, set);
  return Float64Array.from(changes);
}

export function countSplits(columns: RowColumns): [number, number, number] {
  const counts: [number, number, number] = [0, 0, 0];
  for (const block of columns.blocks) {
    for (let at = 0; at < block.count; at++) {
      const split = block.split[at];
      if (split === 1) counts[1]++;
      else if (split === 2) counts[2]++;
      else counts[0]++;
    }
  }
  return counts;
}

/** Groups by prompt: a map from the prompt's hash to its rows' group. */
function promptGroups(columns: RowColumns): RowGroups {
  const groups = new RowGroups(columns.count);
  const firstOf = new Map<string, number>();
  for (let row = 0; row < columns.count; row++) {
    const { block, at } = columns.locate(row);
    const prompt = `${String(block.prompt[2 * at])}:${String(block.prompt[2 * at + 1])}`;
    const first = firstOf.get(prompt);
    if (first === undefined) firstOf.set(prompt, row);
    else groups.unite(first, row);
  }
  return groups;
}

function joinGroups(init: GroupSplitsInit, set: (row: number, split: number) => void): void {
  const { columns, nearPairs } = init;
  const groups = promptGroups(columns);
  const touched = new Set<number>();
  for (let index = 0; index + 1 < nearPairs.length; index += 2) {
    const a = nearPairs[index] ?? 0;
    groups.unite(a, nearPairs[index + 1] ?? 0);
    touched.add(a);
  }
  const roots = new Set([...touched].map((row) => groups.rootOf(row)));
  const isTouched = (root: number): boolean => init.isDeclared || roots.has(root);
  // The strictest split that a member is bound to; else that of the group's first row.
  const splitOf = new Map<number, number>();
  const isBound = new Map<number, boolean>();
  const forMembers = (act: (row: number, root: number) => void): void => {
    for (let row = 0; row < columns.count; row++) {
      const root = groups.rootOf(row);
      if (isTouched(root)) act(row, root);
    }
  };
  const fixed = (row: number): number | undefined => {
    const { block, at } = columns.locate(row);
    return init.fixedOf(block.prompt[2 * at] ?? 0, block.prompt[2 * at + 1] ?? 0, block.file[at] ?? 0);
  };
  forMembers((row, root) => {
    const bound = fixed(row);
    if (bound !== undefined) {
      splitOf.set(root, isBound.get(root) === true ? Math.max(splitOf.get(root) ?? 0, bound) : bound);
      isBound.set(root, true);
    } else if (isBound.get(root) !== true && (init.isDeclared || !splitOf.has(root))) {
      const { block, at } = columns.locate(row);
      splitOf.set(root, Math.max(splitOf.get(root) ?? 0, block.split[at] ?? 0));
    }
  });
  forMembers((row, root) => {
    if (fixed(row) === undefined) set(row, splitOf.get(root) ?? 0);
  });
  // Rows bound to train beside a near copy that is bound to test stay where an earlier version put them: moving either
  // would test a model on what it was trained on.
}

/** Gives each wanted split at least one group where there are enough groups. */
function fillEmpty(init: GroupSplitsInit, set: (row: number, split: number) => void): void {
  const { columns } = init;
  const groups = promptGroups(columns);
  for (let index = 0; index + 1 < init.nearPairs.length; index += 2) groups.unite(init.nearPairs[index] ?? 0, init.nearPairs[index + 1] ?? 0);
  const members = new Map<number, number[]>();
  for (let row = 0; row < columns.count; row++) {
    const root = groups.rootOf(row);
    const rows = members.get(root);
    if (rows === undefined) members.set(root, [row]);
    else rows.push(row);
  }
  const place = (root: number): number => {
    const { block, at } = columns.locate(root);
    return placeOf(block.prompt[2 * at] ?? 0, block.prompt[2 * at + 1] ?? 0, init.seed);
  };
  const isFree = (root: number): boolean =>
    (members.get(root) ?? []).every((row) => {
      const { block, at } = columns.locate(row);
      return init.fixedOf(block.prompt[2 * at] ?? 0, block.prompt[2 * at + 1] ?? 0, block.file[at] ?? 0) === undefined;
    });
  const splitOfGroup = (root: number): number => {
    const { block, at } = columns.locate(root);
    return block.split[at] ?? 0;
  };
  // The highest place comes first: it is nearest to the splits that follow train.
  const order = [...members.keys()].sort((a, b) => place(b) - place(a));
  for (const [split, least] of [['train', 1], ['test', 2], ['validation', 3]] as const) {
    if (init.shares[split] === 0 || order.length < least || order.some((root) => splitOfGroup(root) === splitCode[split])) continue;
    const size = new Map<number, number>();
    for (const root of order) size.set(splitOfGroup(root), (size.get(splitOfGroup(root)) ?? 0) + 1);
    const donor = [...size].sort(([, a], [, b]) => b - a)[0];
    if (donor === undefined || (donor[1] < 2 && split !== 'train')) continue;
    const moved = order.find((root) => splitOfGroup(root) === donor[0] && isFree(root));
    for (const row of moved === undefined ? [] : (members.get(moved) ?? [])) set(row, splitCode[split]);
  }
}
