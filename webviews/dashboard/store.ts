import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { Delivered } from '../shared/backend.ts';

export type Status = Delivered<'workspace/status'>;
export type Run = Status['runs'][number];
export type Plan = Delivered<'queue/plan'>;
export type Dataset = Delivered<'datasets/list'>['datasets'][number];
export type Adapter = Delivered<'adapters/list'>['adapters'][number];
export type Facts = Delivered<'setup/facts'>;
export type Check = Delivered<'setup/examine'>['checks'][number];

/** What is trained now: a job that a worker holds may be on its way in or out. */
export function activeRuns(status: Status | null): Run[] {
  return status?.runs.filter(({ state }) => state === 'starting' || state === 'running' || state === 'stopping') ?? [];
}

/** Something that a run told and a person should know. */
export interface RunAlert {
  run: Run;
  at: string;
  severity: 'error' | 'warning';
  message: string;
}

export interface DashboardState {
  /** Null until it is known. */
  status: Status | null;
  plan: Plan | null;
  alerts: readonly RunAlert[];
  /** Newest losses by run, for sparklines. */
  curves: Readonly<Record<string, ArrayLike<number>>>;
  datasets: readonly Dataset[] | null;
  adapters: readonly Adapter[] | null;
  facts: Facts | null;
  /** What the doctor found; null before it is asked. */
  checks: readonly Check[] | null;
  isExamining: boolean;
  isReconnecting: boolean;
  failure: { message: string; hint: string | undefined } | null;
}

export type DashboardStore = UseBoundStore<StoreApi<DashboardState>>;

export function makeDashboardStore(): DashboardStore {
  return create<DashboardState>(() => ({
    status: null,
    plan: null,
    alerts: [],
    curves: {},
    datasets: null,
    adapters: null,
    facts: null,
    checks: null,
    isExamining: false,
    isReconnecting: false,
    failure: null,
  }));
}
