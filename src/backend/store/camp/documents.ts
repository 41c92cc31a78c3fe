import { z } from 'zod';
import { sessionDocumentSchema, sessionFormat, type SessionDocument } from '../../../protocol/camp.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import type { Store } from '../db.ts';
import { chatRows, insertChatMessage } from './conversation.ts';
import { cycleLocks, cycleNumbers, insertCycle, insertCycleLock, insertStanding, standingRows } from './cycles.ts';
import { evaluationRows, evolutionRows, feedbackRows, insertEvaluation, insertEvolution, insertFeedback } from './evaluations.ts';
import { artifactRows, executionRows, inputRows, insertArtifact, insertExecution, insertInput } from './executions.ts';
import { agentRows, insertAgent, insertLineage, lineageRows } from './lineages.ts';
import { callTotals } from './modelCalls.ts';
import { findSessionRow, insertSession } from './sessions.ts';

const spentSchema = sessionDocumentSchema.shape.spent;

/** A session with everything of it; null where there is none. What is read is checked: a database may come from anywhere. */
export function readSessionDocument(store: Store, id: SessionId): SessionDocument | null {
  return store.db.transaction(() => read(store, id))();
}

function read(store: Store, id: SessionId): SessionDocument | null {
  const row = findSessionRow(store, id);
  if (row === null) return null;
  const { promotedSession, promotedVersion, promotedKind, strategiesJson, spentBeforeJson, savedSeq: _seq, savedSha256: _sha256, ...session } = row;
  const before = spentSchema.parse(parse(spentBeforeJson));
  const calls = callTotals(store, id);
  return sessionDocumentSchema.parse({
    format: sessionFormat,
    formatVersion: 1,
    session: { ...session, promotedFrom: promotedSession === null ? null : { session: promotedSession, version: promotedVersion, kind: promotedKind ?? undefined } },
    strategies: parse(strategiesJson),
    inputs: inputRows(store, id),
    lineages: readLineages(store, id),
    cycles: readCycles(store, id),
    executions: executionRows(store, id).map(({ parametersJson, errorJson, traceJson, promptSha256, created, ...execution }) => ({
      ...execution,
      parameters: parse(parametersJson),
      error: parseOrNull(errorJson),
      trace: traceJson === null ? [] : parse(traceJson),
      ...(promptSha256 === null ? {} : { promptSha256 }),
      ...(created === null ? {} : { created }),
    })),
    artifacts: artifactRows(store, id),
    evaluations: evaluationRows(store, id),
    feedback: feedbackRows(store, id),
    conversation: chatRows(store, id).map(parse),
    evolutions: evolutionRows(store, id).map(parse),
    spent: {
      calls: before.calls + calls.calls,
      promptTokens: before.promptTokens + calls.promptTokens,
      completionTokens: before.completionTokens + calls.completionTokens,
      costUsd: before.costUsd + calls.costUsd,
    },
  });
}

function readLineages(store: Store, id: SessionId): unknown[] {
  const agents = agentRows(store, id);
  return lineageRows(store, id).map(({ label, strategyTag, approach, isLocked, sticky, oneShot, cycle, problemJson }) => ({
    label, strategyTag, approach, cycle,
    isLocked: isLocked === 1,
    directives: { sticky, oneShot },
    problem: parseOrNull(problemJson),
    agents: agents
      .filter((agent) => agent.label === label)
      .map(({ version, parent, origin, definitionJson, sha256, created }) => ({ version, parent, origin, definition: parse(definitionJson), sha256, ...(created === null ? {} : { created }) })),
  }));
}

function readCycles(store: Store, id: SessionId): unknown[] {
  const numbers = cycleNumbers(store, id);
  const [locks, standings] = [cycleLocks(store, id), standingRows(store, id)];
  const lockedNow = lineageRows(store, id).flatMap(({ label, isLocked }) => (isLocked === 1 ? [label] : []));
  return numbers.map((number) => ({
    number,
    locked: number === numbers.at(-1) ? lockedNow : locks.flatMap(({ cycle, label }) => (cycle === number ? [label] : [])),
    standings: standings.flatMap(({ cycle, ...standing }) => (cycle === number ? [standing] : [])),
  }));
}

/** Stores a whole document: one that was taken in from a file, or made of another session. Within a transaction. */
export function insertDocument(store: Store, document: SessionDocument): void {
  const { session } = document;
  insertSession(store, session, { strategies: document.strategies, spentBefore: document.spent });
  for (const input of document.inputs) insertInput(store, session.id, input);
  for (const { agents, ...lineage } of document.lineages) {
    insertLineage(store, session.id, lineage);
    for (const agent of agents) insertAgent(store, session.id, lineage.label, agent);
  }
  for (const artifact of document.artifacts) insertArtifact(store, session.id, artifact);
  for (const execution of document.executions) insertExecution(store, session.id, execution);
  for (const { number, locked, standings } of document.cycles) {
    insertCycle(store, session.id, number);
    if (number !== document.cycles.at(-1)?.number) for (const label of locked) insertCycleLock(store, session.id, number, label);
    for (const standing of standings) insertStanding(store, session.id, number, standing);
  }
  for (const evaluation of document.evaluations) insertEvaluation(store, session.id, evaluation);
  for (const feedback of document.feedback) insertFeedback(store, session.id, feedback);
  for (const message of document.conversation) insertChatMessage(store, session.id, message);
  for (const record of document.evolutions) insertEvolution(store, session.id, record);
}

function parse(json: string): unknown {
  return z.unknown().parse(JSON.parse(json));
}

function parseOrNull(json: string | null): unknown {
  return json === null ? null : parse(json);
}
