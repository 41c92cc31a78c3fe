/** Strategies with one in the place of that of its label, or beside the others; in the order of their labels. */
export function withStrategy<One extends { label: string }>(strategies: readonly One[], one: One): One[] {
  return [...strategies.filter(({ label }) => label !== one.label), one].sort((left, right) => left.label.localeCompare(right.label));
}
