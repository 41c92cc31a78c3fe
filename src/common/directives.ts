/** Whether a directive is among those that a lineage has: each stands on lines of its own. */
export function hasDirective(held: string | null, directive: string): boolean {
  return `\n${held ?? ''}\n`.includes(`\n${directive}\n`);
}
