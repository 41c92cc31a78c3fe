import { lineageLabels, type LineageLabel, type SessionDocument, type Strategy } from '../../../protocol/camp.ts';
import { failure, usageError } from '../../../protocol/errors.ts';
import type { LineageOutcome } from '../../../protocol/sessionResults.ts';
import { recordEvent } from '../../store/camp/events.ts';
import { insertLineage } from '../../store/camp/lineages.ts';
import { setStage, setStrategies } from '../../store/camp/sessions.ts';
import { labelled, requireDistinct } from '../edits.ts';
import { changeSession } from '../sessionStore.ts';
import { proposeStrategies } from '../trainer/strategies.ts';
import { trainInputs } from '../trainer/trainInputs.ts';
import { isQuickStart } from '../transitions.ts';
import { generateLineages } from './generate.ts';
import type { Work } from './work.ts';

/** Proposes strategies: four, or in place of some that the person does not want. */
export async function propose(work: Work, replace: readonly LineageLabel[] | null): Promise<SessionDocument> {
  const { document, place, id } = work;
  const { need, constraints, name, mode } = document.session;
  if (mode === 'quickstart') throw failure('is_quickstart', `“${name}” is a quick start: it has one agent and no strategies to choose.`, { hint: '“Make the Agent” in the panel, or training session confirm S, makes it.' });
  if (document.lineages.length > 0) throw failure('strategies_confirmed', `The strategies of “${name}” are confirmed: its agents were made of them.`);
  const labels = replace ?? lineageLabels;
  const kept = replace === null ? [] : document.strategies.filter(({ label }) => !labels.includes(label));
  work.tell({ message: 'Proposing strategies', share: null, piece: null });
  // Whoever asks again wants others: what was proposed before is told, and so the request is a new one.
  const request = { need, constraints, inputs: trainInputs(document).map(({ text }) => text), count: labels.length, avoid: document.strategies.map(({ tag, approach }) => ({ tag, approach })) };
  const { value } = await work.journal.during('propose', work.trainerModel, async (model) => await proposeStrategies(model, request, { signal: work.signal }));
  const strategies = [...kept, ...labelled(value, labels)].sort((a, b) => a.label.localeCompare(b.label));
  return changeSession(place, id, (note) => {
    setStrategies(place.store, id, strategies);
    recordEvent(place.store, note, id, { kind: 'strategiesProposed', payload: strategies });
  });
}

/** Confirms the strategies and makes an agent of each, or the one agent of a quick start. Goes on where it was interrupted. */
export async function confirm(work: Work, strategies: readonly Strategy[] | null): Promise<LineageOutcome[]> {
  const document = work.document.lineages.length > 0 ? requireSame(work.document, strategies) : open(work, strategies);
  const waiting = document.lineages.filter(({ agents }) => agents.length === 0).map(({ label }) => label);
  if (waiting.length === 0) throw failure('strategies_confirmed', 'Every lineage has its agent.', { hint: 'Score the answers in the panel, or with training session score S --lineage A --score 7' });
  return await generateLineages({ ...work, document }, waiting);
}

function requireSame(document: SessionDocument, strategies: readonly Strategy[] | null): SessionDocument {
  const isSame = strategies === null || strategies.every(({ label, tag, approach }) => document.lineages.some((lineage) => lineage.label === label && lineage.strategyTag === tag && lineage.approach === approach));
  if (!isSame) throw failure('strategies_confirmed', 'Other strategies were confirmed before.', { hint: 'Steer a lineage by a directive, or begin a new session.' });
  return document;
}

/** The lineages of the confirmed strategies, without agents yet. */
function open(work: Work, given: readonly Strategy[] | null): SessionDocument {
  const { document, place, id } = work;
  if (document.inputs.every(({ split }) => split !== 'train')) {
    throw usageError('inputs_missing', `“${document.session.name}” has no test input: there is nothing to compare agents on.`, { hint: 'Add one in the panel, or with training session add-input S "…"' });
  }
  const isQuick = isQuickStart(document.session.mode);
  const strategies = isQuick ? [{ label: 'A' as const, tag: 'Prototype', approach: '' }] : (given ?? document.strategies);
  if (!isQuick) {
    if (strategies.length !== lineageLabels.length) throw failure('strategies_missing', `There are ${String(strategies.length)} strategies, and four are needed.`, { hint: '“Propose Strategies” in the panel, or training session propose S' });
    requireDistinct(strategies);
  }
  return changeSession(place, id, (note) => {
    if (!isQuick) setStrategies(place.store, id, strategies);
    for (const { label, tag, approach } of strategies) {
      insertLineage(place.store, id, { label, strategyTag: tag, approach, isLocked: false, directives: { sticky: null, oneShot: null }, cycle: 0, problem: null });
      recordEvent(place.store, note, id, { kind: 'lineageOpened', payload: { label, tag, approach } });
    }
    setStage(place.store, id, 'confirmed');
  });
}
