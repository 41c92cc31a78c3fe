// What runs within the panel's page: it is sent there as text and knows nothing of this module.

/** Double-clicks the zoomed chart and waits until the whole run is drawn. Milliseconds, and bytes of the envelopes that came. */
export async function backToWhole(_body: HTMLElement | SVGElement, values: string): Promise<{ answeredMs: number; drawnMs: number; bytes: number }> {
  const canvas = document.querySelector('.chart-main canvas');
  if (canvas === null) throw new Error('there is no chart');
  let bytes = 0;
  let answered = 0;
  const listen = ({ data }: MessageEvent<{ type: string; result?: { series?: { data: ArrayBuffer }[] } }>) => {
    for (const one of data.result?.series ?? []) bytes += one.data.byteLength;
    if (data.result?.series !== undefined) answered = performance.now();
  };
  window.addEventListener('message', listen);
  const asked = performance.now();
  canvas.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  while (canvas.getAttribute('aria-label')?.includes(`${values} values`) !== true) await frame();
  // What was drawn within one frame is on the screen with the next.
  await frame();
  const drawnMs = performance.now() - asked;
  window.removeEventListener('message', listen);
  return { answeredMs: answered - asked, drawnMs, bytes };
}

/** How often the panel is told of changes within a time. */
export async function countChanges(_body: HTMLElement | SVGElement, watchedMs: number): Promise<number> {
  let changes = 0;
  const listen = ({ data }: MessageEvent<{ type: string }>) => {
    if (data.type === 'changed') changes += 1;
  };
  window.addEventListener('message', listen);
  await new Promise((resolve) => setTimeout(resolve, watchedMs));
  window.removeEventListener('message', listen);
  return changes;
}
