import type { Zoom } from '../store.ts';

/**
 * The range of steps after a key: plus and minus around its middle, arrows by a quarter, 0 for all (null). Undefined
 * where the key means nothing here.
 */
export function moveZoom(key: string, zoom: Zoom | null, reach: Zoom): Zoom | null | undefined {
  const { from, to } = zoom ?? reach;
  const span = to - from;
  const middle = (from + to) / 2;
  switch (key) {
    case '+':
    case '=':
      return span < 4 ? zoom : within({ from: middle - span / 4, to: middle + span / 4 }, reach);
    case '-':
      return within({ from: middle - span, to: middle + span }, reach);
    case 'ArrowLeft':
      return zoom === null ? undefined : shift(zoom, -Math.min(span / 4, from - reach.from));
    case 'ArrowRight':
      return zoom === null ? undefined : shift(zoom, Math.min(span / 4, reach.to - to));
    case '0':
      return null;
    default:
      return undefined;
  }
}

function within({ from, to }: Zoom, reach: Zoom): Zoom | null {
  const inside = { from: Math.max(reach.from, Math.floor(from)), to: Math.min(reach.to, Math.ceil(to)) };
  return inside.from === reach.from && inside.to === reach.to ? null : inside;
}

function shift({ from, to }: Zoom, by: number): Zoom {
  const steps = Math.trunc(by);
  return { from: from + steps, to: to + steps };
}
