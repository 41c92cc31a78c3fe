import type { LineageLabel } from '../../../src/protocol/camp.ts';

/** In which order cards stand while strategies are hidden: the same for one key, and telling nothing of the labels. */
export function blindOrder(labels: readonly LineageLabel[], key: string): LineageLabel[] {
  const random = generator(key);
  const order = [...labels];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const moved = order[last];
    const to = order[other];
    if (moved === undefined || to === undefined) continue;
    order[last] = to;
    order[other] = moved;
  }
  return order;
}

/** FNV-1a over the key seeds mulberry32 (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
function generator(key: string): () => number {
  let state = 0x811c9dc5;
  for (const character of key) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
