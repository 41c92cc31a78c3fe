import type { Artifact, Cycle, Evaluation, Execution, SessionDocument } from '../../../src/protocol/camp.ts';

/** Ways into a document that are asked for with every drawing. */
interface DocumentIndex {
  executions: ReadonlyMap<string, Execution>;
  /** The newest execution by lineage, input and cycle. */
  tries: ReadonlyMap<string, Execution>;
  artifacts: ReadonlyMap<string, Artifact>;
  /** By artifact, in order. */
  evaluations: ReadonlyMap<string, readonly Evaluation[]>;
  cycles: ReadonlyMap<number, Cycle>;
  /** Ids of executions by lineage, input and cycle. */
  standings: ReadonlyMap<string, string>;
}

const indexes = new WeakMap<SessionDocument, DocumentIndex>();

/** Made once for each document; a document that is loaded anew is another. */
export function indexOf(document: SessionDocument): DocumentIndex {
  const known = indexes.get(document);
  if (known !== undefined) return known;
  const evaluations = new Map<string, Evaluation[]>();
  for (const evaluation of document.evaluations) {
    const all = evaluations.get(evaluation.artifact) ?? [];
    all.push(evaluation);
    evaluations.set(evaluation.artifact, all);
  }
  const index: DocumentIndex = {
    executions: new Map(document.executions.map((execution) => [execution.id, execution])),
    tries: new Map(document.executions.map((execution) => [placeKey(execution.lineage, execution.input, execution.cycle), execution])),
    artifacts: new Map(document.artifacts.map((artifact) => [artifact.id, artifact])),
    evaluations,
    cycles: new Map(document.cycles.map((cycle) => [cycle.number, cycle])),
    standings: new Map(document.cycles.flatMap(({ number, standings }) => standings.map(({ lineage, input, execution }) => [placeKey(lineage, input, number), execution]))),
  };
  indexes.set(document, index);
  return index;
}

export function placeKey(label: string, input: string, cycle: number): string {
  return `${label} ${input} ${String(cycle)}`;
}
