import type { AdapterSummary } from '../../protocol/adapters.ts';
import type { LineageLabel, SessionSummary } from '../../protocol/camp.ts';
import type { DatasetSummary, Split } from '../../protocol/datasets.ts';
import type { JobSummary } from '../../protocol/jobs.ts';
import type { RunSummary } from '../../protocol/runs.ts';

/**
 * What a row of a tree stands for. `key` is its own within the tree and the same after every refresh, so that selection
 * and what is expanded are kept. Commands get rows, and anything else from elsewhere.
 */
export type Row = { key: string } & (
  | { kind: 'queue'; waiting: number; isPaused: boolean; isHealthy: boolean }
  | { kind: 'job'; job: JobSummary; run: RunSummary | null }
  | { kind: 'run'; run: RunSummary }
  | { kind: 'checkpoint'; run: RunSummary; name: string; step: number; reason: string }
  | { kind: 'dataset'; dataset: DatasetSummary }
  | { kind: 'split'; dataset: DatasetSummary; split: Split; rows: number }
  | { kind: 'agent'; agent: string | null; adapters: readonly AdapterSummary[] }
  | { kind: 'adapter'; adapter: AdapterSummary }
  | { kind: 'usage'; bytes: number; limitBytes: number }
  | { kind: 'session'; session: SessionSummary }
  | { kind: 'lineage'; session: SessionSummary; lineage: SessionSummary['lineages'][number] }
  | { kind: 'agentVersion'; session: SessionSummary; label: LineageLabel; version: number; origin: string; isNewest: boolean }
  | { kind: 'more' }
  | { kind: 'failed'; message: string; hint: string | null }
);
export type RowKind = Row['kind'];
export type RowOf<Kind extends RowKind> = Extract<Row, { kind: Kind }>;

/** The id of what a command was called for: a row of a tree, or the id itself. */
export function idFrom(from: unknown, kind: 'run' | 'job' | 'dataset' | 'adapter' | 'session'): string | undefined {
  if (typeof from === 'string') return from;
  const subject = field(from, kind);
  const id = field(subject, 'id');
  return typeof id === 'string' ? id : undefined;
}

/** The ids of several selected rows. `selected` is what VS Code hands over beside the row that was clicked. */
export function idsFrom(clicked: unknown, selected: unknown, kind: 'run' | 'job'): string[] {
  const rows: unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : clicked === undefined ? [] : [clicked];
  return rows.flatMap((row) => idFrom(row, kind) ?? []);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
