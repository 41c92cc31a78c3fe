import { adapterIdSchema, runIdSchema, type AdapterId } from '../../protocol/ids.ts';
import {
  adapterProvenanceSchema, adapterSummarySchema,
  type AdapterProvenance, type AdapterShowResult, type AdapterSummary, type AdapterTestResult,
} from '../../protocol/adapters.ts';
import { transact } from './changes.ts';
import type { Store } from './db.ts';
import { setRunAdapter } from './runs.ts';

export type NewAdapter = Omit<AdapterSummary, 'verdict' | 'version'> & { provenance: AdapterProvenance };

interface AdapterRow {
  id: string;
  name: string;
  run_id: string | null;
  agent: string | null;
  version: number;
  state: string;
  base_model: string;
  base_sha256: string;
  sha256: string;
  has_gguf: number;
  size_bytes: number;
  path: string;
  provenance_json: string;
  created_at: string;
  verdict: string | null;
}

const selectAdapter = `
  SELECT id, name, run_id, agent, version, state, base_model, base_sha256, sha256, has_gguf, size_bytes, path,
    provenance_json, created_at,
    (SELECT verdict FROM adapter_tests WHERE adapter_id = adapters.id ORDER BY tested_at DESC LIMIT 1) AS verdict
  FROM adapters`;

/**
 * Stores an adapter as the next version among those of its agent and name, and notes it on its run. A run that already
 * has an adapter keeps it: the existing one is answered.
 */
export function insertAdapter(store: Store, adapter: NewAdapter): AdapterSummary {
  return transact(store, (note) => {
    const existing = adapter.runId === null ? null : adapterOfRun(store, adapter.runId);
    if (existing !== null) return existing;
    const newest = store.db
      .prepare<[string, string | null], { version: number }>('SELECT coalesce(max(version), 0) AS version FROM adapters WHERE name = ? AND agent IS ?')
      .get(adapter.name, adapter.agent);
    store.db
      .prepare(
        `INSERT INTO adapters (id, name, run_id, agent, version, state, base_model, base_sha256, sha256, has_gguf,
           size_bytes, path, provenance_json, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?, ?, ?)`,
      )
      .run(
        adapter.id, adapter.name, adapter.runId, adapter.agent, (newest?.version ?? 0) + 1, adapter.state, adapter.baseModel,
        adapter.baseSha256, adapter.sha256, adapter.hasGguf ? 1 : 0, adapter.sizeBytes, adapter.path,
        JSON.stringify(adapter.provenance), adapter.created,
      );
    if (adapter.runId !== null) {
      setRunAdapter(store, note, adapter.runId, adapter.id);
    }
    note('adapters', adapter.id);
    const stored = findAdapter(store, adapter.id);
    if (stored === null) throw new Error(`adapter ${adapter.id} is not there after it was stored`);
    return stored;
  });
}

/** Adapters that were not removed, newest first. */
export function listAdapters(store: Store): AdapterSummary[] {
  return store.db.prepare<[], AdapterRow>(`${selectAdapter} WHERE removed_at IS NULL ORDER BY created_at DESC, id DESC`).all().map(toSummary);
}

export function findAdapter(store: Store, id: AdapterId): AdapterSummary | null {
  const row = store.db.prepare<[string], AdapterRow>(`${selectAdapter} WHERE id = ? AND removed_at IS NULL`).get(id);
  return row === undefined ? null : toSummary(row);
}

export function adapterOfRun(store: Store, runId: string): AdapterSummary | null {
  const row = store.db.prepare<[string], AdapterRow>(`${selectAdapter} WHERE run_id = ? AND removed_at IS NULL`).get(runId);
  return row === undefined ? null : toSummary(row);
}

export function adapterProvenance(store: Store, id: AdapterId): AdapterProvenance | null {
  const row = store.db.prepare<[string], { provenance_json: string }>('SELECT provenance_json FROM adapters WHERE id = ?').get(id);
  return row === undefined ? null : adapterProvenanceSchema.parse(JSON.parse(row.provenance_json));
}

export function markAdapterRemoved(store: Store, id: AdapterId): void {
  transact(store, (note) => {
    store.db.prepare('UPDATE adapters SET removed_at = ? WHERE id = ?').run(store.clock.now().toISOString(), id);
    note('adapters', id);
  });
}

export function insertAdapterTest(store: Store, testedAt: string, result: AdapterTestResult): void {
  transact(store, (note) => {
    store.db
      .prepare('INSERT INTO adapter_tests (adapter_id, tested_at, dataset_id, split, verdict, result_json) VALUES (?, ?, ?, ?, ?, ?)')
      .run(result.adapter.id, testedAt, result.dataset.id, result.dataset.split, result.recommendation.verdict, JSON.stringify(result));
    note('adapters', result.adapter.id);
  });
}

/** Tests of an adapter, newest first. */
export function listAdapterTests(store: Store, id: AdapterId): AdapterShowResult['tests'] {
  return store.db
    .prepare<[string], AdapterShowResult['tests'][number]>(
      `SELECT tested_at AS tested, dataset_id AS dataset, split, verdict FROM adapter_tests
       WHERE adapter_id = ? ORDER BY tested_at DESC`,
    )
    .all(id);
}

/** Runs that train on the CPU now: whoever wants to infer beside them says so. */
export function runsOnCpu(store: Store): string[] {
  return store.db
    .prepare<[], { id: string }>("SELECT id FROM runs WHERE state IN ('starting', 'running', 'stopping') AND coalesce(device, 'cpu') = 'cpu'")
    .all()
    .map((row) => row.id);
}

function toSummary(row: AdapterRow): AdapterSummary {
  return adapterSummarySchema.parse({
    id: adapterIdSchema.parse(row.id),
    name: row.name,
    runId: row.run_id === null ? null : runIdSchema.parse(row.run_id),
    agent: row.agent,
    version: row.version,
    state: row.state,
    baseModel: row.base_model,
    baseSha256: row.base_sha256,
    sha256: row.sha256,
    hasGguf: row.has_gguf === 1,
    sizeBytes: row.size_bytes,
    path: row.path,
    created: row.created_at,
    verdict: row.verdict,
  });
}
