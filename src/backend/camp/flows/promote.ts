import { lineageLabels, type Execution, type Lineage, type PromotionKind, type SessionDocument } from '../../../protocol/camp.ts';
import { failure } from '../../../protocol/errors.ts';
import { sessionIdSchema, type SessionId } from '../../../protocol/ids.ts';
import { newId } from '../../platform/newId.ts';
import { insertDocument } from '../../store/camp/documents.ts';
import { recordEvent } from '../../store/camp/events.ts';
import { transact } from '../../store/changes.ts';
import { labelled } from '../edits.ts';
import { saveSession } from '../sessionStore.ts';
import { proposeFromPrototype } from '../trainer/strategies.ts';
import { trainInputs } from '../trainer/trainInputs.ts';
import { findLineage, newestAgent, presentCases } from '../transitions.ts';
import type { Work } from './work.ts';

/**
 * Makes a training session of a quick start: its agent is lineage A, locked, with its answers; B to D wait for theirs.
 * Answers the new session.
 */
export async function promote(work: Work, kind: PromotionKind): Promise<SessionId> {
  const { document, place, journal } = work;
  const { session } = document;
  if (session.mode !== 'quickstart') throw failure('not_a_quickstart', `“${session.name}” is a training session already.`);
  const lineage = findLineage(document, 'A');
  const agent = newestAgent(lineage);
  const cases = presentCases(document);
  if (agent === null || cases.length === 0) throw failure('agent_not_found', 'The quick start has no answers that could be compared with others.', { hint: '“Make the Agent” in the panel, or training session confirm S' });
  work.tell({ message: 'Proposing three strategies beside it', share: null, piece: null });
  const { value } = await proposeFromPrototype(
    journal.on(work.trainerModel, () => `promote v${String(agent.version)} ${kind}`, 0),
    {
      need: session.need, constraints: session.constraints, inputs: trainInputs(document).map(({ text }) => text), count: lineageLabels.length - 1,
      avoid: [{ tag: lineage.strategyTag, approach: agent.definition.description }], prototype: agent.definition, kind,
    },
    { signal: work.signal },
  );
  const now = place.store.clock.now();
  const strategies = [{ label: 'A' as const, tag: lineage.strategyTag, approach: agent.definition.description.slice(0, 4000) || 'The agent of the quick start.' }, ...labelled(value, lineageLabels.slice(1))];
  const promoted = promotedDocument({ document, agent, cases, strategies, kind, id: sessionIdSchema.parse(newId('se', now)), created: now.toISOString() });
  transact(place.store, (note) => {
    insertDocument(place.store, promoted);
    recordEvent(place.store, note, promoted.session.id, { kind: 'created', payload: { session: promoted.session, inputs: promoted.inputs } });
    recordEvent(place.store, note, session.id, { kind: 'promoted', payload: { to: promoted.session.id, version: agent.version, kind } });
  });
  saveSession(place, promoted.session.id);
  return promoted.session.id;
}

interface Promotion {
  document: SessionDocument;
  agent: Lineage['agents'][number];
  cases: ReturnType<typeof presentCases>;
  strategies: SessionDocument['strategies'];
  kind: PromotionKind;
  id: SessionId;
  created: string;
}

function promotedDocument({ document, agent, cases, strategies, kind, id, created }: Promotion): SessionDocument {
  const executions: Execution[] = cases.map(({ execution }) => ({ ...execution, version: 1, cycle: 1, attempt: 1 }));
  return {
    ...document,
    session: { ...document.session, id, name: `${document.session.name} (${kind})`.slice(0, 200), mode: 'training', stage: 'active', promotedFrom: { session: document.session.id, version: agent.version, kind }, created, updated: created },
    strategies,
    lineages: strategies.map(({ label, tag, approach }): Lineage => {
      const isPrototype = label === 'A';
      return {
        label, approach, strategyTag: tag, isLocked: isPrototype, directives: { sticky: null, oneShot: null }, cycle: isPrototype ? 1 : 0, problem: null,
        agents: isPrototype ? [{ ...agent, version: 1, parent: null, origin: 'promoted' }] : [],
      };
    }),
    cycles: [{ number: 1, locked: ['A'], standings: executions.map(({ lineage, input, id: execution }) => ({ lineage, input, execution })) }],
    executions,
    artifacts: cases.map(({ artifact }) => artifact),
    evaluations: [],
    feedback: [],
    conversation: [],
    evolutions: [],
    spent: { calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0 },
  };
}
