import type { RunSummary } from '../../protocol/runs.ts';

/** What a row of a tree stands for. Commands get rows, and anything else from elsewhere. */
export type Row = { kind: 'run'; run: RunSummary } | { kind: 'more'; cursor: string } | { kind: 'failed'; message: string };

/** The run that a command was called for: a row of the tree, or an id. */
export function runIdOf(from: unknown): string | undefined {
  if (typeof from === 'string') return from;
  if (typeof from !== 'object' || from === null || !('kind' in from) || from.kind !== 'run' || !('run' in from)) return undefined;
  const { run } = from;
  return typeof run === 'object' && run !== null && 'id' in run && typeof run.id === 'string' ? run.id : undefined;
}
