/** The panel's run and those that lie over it. */
export function shown({ id, ui }: { id: string; ui: { overlays: readonly string[] } }): string[] {
  return [id, ...ui.overlays.filter((other) => other !== id)];
}
