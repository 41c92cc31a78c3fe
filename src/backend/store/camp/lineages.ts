import { canonicalJson } from '../../../common/canonicalJson.ts';
import type { AgentVersion, Lineage, LineageLabel } from '../../../protocol/camp.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import type { Store } from '../db.ts';
import { putPayload } from './payloads.ts';

export interface LineageRow {
  label: string;
  strategyTag: string;
  approach: string;
  isLocked: number;
  sticky: string | null;
  oneShot: string | null;
  cycle: number;
  problemJson: string | null;
  tries: number;
}

export interface AgentRow {
  label: string;
  version: number;
  parent: number | null;
  origin: string;
  definitionJson: string;
  sha256: string;
  created: string | null;
}

export function lineageRows(store: Store, session: SessionId): LineageRow[] {
  return store.db
    .prepare<[string], LineageRow>(
      `SELECT label, strategy_tag AS strategyTag, approach, is_locked AS isLocked, directive_sticky AS sticky, directive_oneshot AS oneShot, cycle,
         problem_json AS problemJson, tries FROM lineages WHERE session_id = ? ORDER BY label`,
    )
    .all(session);
}

export function agentRows(store: Store, session: SessionId): AgentRow[] {
  return store.db
    .prepare<[string], AgentRow>(
      `SELECT a.label AS label, a.version AS version, a.parent_version AS parent, a.origin AS origin, p.content AS definitionJson, a.definition_sha256 AS sha256, a.created_at AS created
       FROM agent_definitions a JOIN payloads p ON p.sha256 = a.definition_sha256 WHERE a.session_id = ? ORDER BY a.label, a.version`,
    )
    .all(session);
}

/** A lineage without its agents, which are added on their own. */
export function insertLineage(store: Store, session: SessionId, lineage: Omit<Lineage, 'agents'>): void {
  store.db
    .prepare(
      `INSERT INTO lineages (session_id, label, strategy_tag, approach, is_locked, directive_sticky, directive_oneshot, cycle, problem_json)
       VALUES (:session, :label, :strategyTag, :approach, :isLocked, :sticky, :oneShot, :cycle, :problem)`,
    )
    .run({
      session, label: lineage.label, strategyTag: lineage.strategyTag, approach: lineage.approach, isLocked: lineage.isLocked ? 1 : 0, cycle: lineage.cycle,
      ...lineage.directives, problem: lineage.problem === null ? null : JSON.stringify(lineage.problem),
    });
}

/** What a lineage is called before it has an agent, for strategies that changed. */
export function setLineageStrategy(store: Store, session: SessionId, label: LineageLabel, strategy: { tag: string; approach: string }): void {
  store.db.prepare<[string, string, string, string]>('UPDATE lineages SET strategy_tag = ?, approach = ? WHERE session_id = ? AND label = ?').run(strategy.tag, strategy.approach, session, label);
}

/** Adds a version. Answers the hash of its definition as canonical JSON. */
export function insertAgent(store: Store, session: SessionId, label: LineageLabel, agent: Omit<AgentVersion, 'sha256'>): string {
  const sha256 = putPayload(store, canonicalJson(agent.definition));
  store.db
    .prepare(
      `INSERT INTO agent_definitions (session_id, label, version, parent_version, origin, definition_sha256, created_at)
       VALUES (:session, :label, :version, :parent, :origin, :sha256, :created)`,
    )
    .run({ session, label, version: agent.version, parent: agent.parent, origin: agent.origin, sha256, created: agent.created ?? null });
  return sha256;
}

export function setLocked(store: Store, session: SessionId, label: LineageLabel, isLocked: boolean): void {
  store.db.prepare<[number, string, string]>('UPDATE lineages SET is_locked = ? WHERE session_id = ? AND label = ?').run(isLocked ? 1 : 0, session, label);
}

export function setDirectives(store: Store, session: SessionId, label: LineageLabel, { sticky, oneShot }: Lineage['directives']): void {
  store.db
    .prepare<[string | null, string | null, string, string]>('UPDATE lineages SET directive_sticky = ?, directive_oneshot = ? WHERE session_id = ? AND label = ?')
    .run(sticky, oneShot, session, label);
}

/** Takes a one-shot directive away that was used; one that was set meanwhile stays. */
export function clearOneShot(store: Store, session: SessionId, label: LineageLabel, used: string): void {
  store.db.prepare<[string, string, string]>('UPDATE lineages SET directive_oneshot = NULL WHERE session_id = ? AND label = ? AND directive_oneshot = ?').run(session, label, used);
}

/** Moves a lineage to a cycle; what stopped it before is over. */
export function setLineageCycle(store: Store, session: SessionId, label: LineageLabel, cycle: number): void {
  store.db.prepare<[number, string, string]>('UPDATE lineages SET cycle = ?, problem_json = NULL, tries = 0 WHERE session_id = ? AND label = ?').run(cycle, session, label);
}

export function setProblem(store: Store, session: SessionId, label: LineageLabel, problem: Lineage['problem']): void {
  store.db
    .prepare<[string | null, number, string, string]>('UPDATE lineages SET problem_json = ?, tries = tries + ? WHERE session_id = ? AND label = ?')
    .run(problem === null ? null : JSON.stringify(problem), problem === null ? 0 : 1, session, label);
}

/** How often a lineage's present step has failed. */
export function triesOf(store: Store, session: SessionId, label: LineageLabel): number {
  return store.db.prepare<[string, string], { tries: number }>('SELECT tries FROM lineages WHERE session_id = ? AND label = ?').get(session, label)?.tries ?? 0;
}
