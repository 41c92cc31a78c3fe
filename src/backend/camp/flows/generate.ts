import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import { lineageLabels, type Lineage, type LineageLabel, type SessionDocument } from '../../../protocol/camp.ts';
import type { LineageOutcome } from '../../../protocol/sessionResults.ts';
import type { OfferedTool } from '../../agents/executor/tools/tool.ts';
import { recordEvent } from '../../store/camp/events.ts';
import { setLineageStrategy, triesOf } from '../../store/camp/lineages.ts';
import { changeSession } from '../sessionStore.ts';
import { generateDefinition } from '../trainer/generateDefinition.ts';
import { makePrototype } from '../trainer/prototype.ts';
import { currentCycle, findLineage, isQuickStart, newestAgent } from '../transitions.ts';
import { commitProblem, commitStep } from './commits.ts';
import { executeInputs } from './executeInputs.ts';
import { problemOf, type Work } from './work.ts';

/**
 * Makes the first agents of lineages that have none, and runs each on every input. Prompts must differ, so they are
 * written one after the other; each agent runs while the next one is written.
 */
export async function generateLineages(work: Work, labels: readonly LineageLabel[]): Promise<LineageOutcome[]> {
  const made = new Map<LineageLabel, AgentDefinition>();
  // Settled from the start: one that fails while another agent is written waits for its turn to be told.
  const running: Promise<PromiseSettledResult<LineageOutcome>[]>[] = [];
  try {
    for (const label of labels) {
      const definition = await settle(work, label, async () => await write(work, label, made));
      if (definition.isDone) made.set(label, definition.value);
      running.push(Promise.allSettled([definition.isDone ? run(work, label, definition.value) : definition.outcome]));
    }
  } finally {
    await Promise.all(running);
  }
  return (await Promise.all(running)).flat().map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

async function run(work: Work, label: LineageLabel, definition: AgentDefinition): Promise<LineageOutcome> {
  const to = Math.max(1, currentCycle(work.document));
  const ran = await settle(work, label, async () => await executeInputs(work, { label, version: 1, definition, cycle: to, inputs: work.document.inputs.map((input) => ({ input, attempt: 1 })) }));
  if (!ran.isDone) return ran.outcome;
  const { directives } = findLineage(work.document, label);
  commitStep(work.place, work.id, {
    label, from: 0, to, record: null, directives: { ...directives, oneShot: null }, outcomes: ran.value,
    agent: { version: 1, parent: null, origin: 'generated', definition, created: work.place.store.clock.now().toISOString() },
  });
  return { lineage: label, outcome: 'advanced', cycle: to, version: 1, problem: null };
}

async function write(work: Work, label: LineageLabel, made: ReadonlyMap<LineageLabel, AgentDefinition>): Promise<AgentDefinition> {
  const { document, journal, signal } = work;
  const lineage = findLineage(document, label);
  const tries = triesOf(work.place.store, work.id, label);
  const model = journal.on(work.trainerModel, () => writingScope(label), tries);
  work.tell({ message: `${label}: writing the agent`, share: null, piece: null });
  const base = withoutResults(document);
  const tools = await usableTools(work);
  if (isQuickStart(document.session.mode)) {
    const { tag, approach, definition } = (await makePrototype(model, { document: base, tools }, { signal })).value;
    changeSession(work.place, work.id, (note) => {
      setLineageStrategy(work.place.store, work.id, label, { tag, approach });
      recordEvent(work.place.store, note, work.id, { kind: 'strategiesProposed', payload: [{ label, tag, approach }] });
    });
    return definition;
  }
  const request = {
    document: base,
    strategy: { label, tag: lineage.strategyTag, approach: lineage.approach },
    others: others(document, { label, tries, made }),
    prototype: prototypeOf(document),
    tools,
  };
  return (await generateDefinition(model, request, { signal })).value;
}

/** An agent whose model can call no tools is given none: it would be refused when it is executed. */
async function usableTools({ agentModel, journal, tools, signal, tell }: Work): Promise<readonly OfferedTool[]> {
  const { hasTools } = await journal.on(agentModel, () => 'tools', 0).capabilities(signal);
  return hasTools ? await tools.offered({ signal, onProblem: (message) => tell({ message, share: null, piece: null }) }) : [];
}

/** Does one part of a lineage's making; where it fails, the lineage keeps why. */
async function settle<Value>(work: Work, label: LineageLabel, part: () => Promise<Value>): Promise<{ isDone: true; value: Value } | { isDone: false; outcome: LineageOutcome }> {
  try {
    return { isDone: true, value: await part() };
  } catch (error) {
    const problem = problemOf(error, work.signal);
    work.journal.settleFailure(writingScope(label));
    commitProblem(work.place, work.id, label, problem);
    return { isDone: false, outcome: { lineage: label, outcome: 'failed', cycle: 0, version: 0, problem } };
  }
}

function writingScope(label: LineageLabel): string {
  return `${label} generate`;
}

/**
 * Agents that the new prompt must differ from. First those before it in the grid, so that an interrupted confirmation asks
 * the same again; a lineage that is tried again meets all others.
 */
function others(document: SessionDocument, { label, tries, made }: { label: LineageLabel; tries: number; made: ReadonlyMap<LineageLabel, AgentDefinition> }): AgentDefinition[] {
  const place = lineageLabels.indexOf(label);
  return document.lineages
    .filter((lineage: Lineage) => lineage.label !== label && (tries > 0 || lineageLabels.indexOf(lineage.label) < place))
    .flatMap((lineage) => made.get(lineage.label) ?? newestAgent(lineage)?.definition ?? []);
}

/** Of a promoted session: what its variations keep the approach of. */
function prototypeOf({ session, lineages }: SessionDocument): AgentDefinition | null {
  if (session.promotedFrom?.kind !== 'variations') return null;
  return lineages.find(({ label }) => label === 'A')?.agents.find(({ version }) => version === 1)?.definition ?? null;
}

/** What an agent is made from does not change while the others are made. */
function withoutResults(document: SessionDocument): SessionDocument {
  return { ...document, cycles: [], executions: [], artifacts: [], evaluations: [], evolutions: [] };
}
