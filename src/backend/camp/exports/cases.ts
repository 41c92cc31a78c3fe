import { lineageLabels, type Artifact, type CampInput, type Cycle, type Evaluation, type Execution, type LineageLabel, type SessionDocument, type Standing } from '../../../protocol/camp.ts';
import type { LeftOut } from '../../../protocol/sessionExport.ts';
import { hasInk } from '../../datasets/formats/json.ts';

/** What a lineage has for an input in a cycle: an answer that may become a row, or why there is none. */
export type ExportCase = { isThere: true; answer: Answer } | { isThere: false; reason: LeftOut['reason']; detail: string; artifact: Artifact | null };

export interface Answer {
  label: LineageLabel;
  cycle: number;
  /** Whether the lineage was locked when the cycle was scored. */
  isLocked: boolean;
  input: CampInput;
  execution: Execution;
  artifact: Artifact;
  user: Evaluation | null;
  judge: Evaluation | null;
}

/** Looks up what stands where in a session. The latest evaluation of an artifact counts, whichever cycle it was given in. */
export class ExportCases {
  readonly #document: SessionDocument;
  readonly #executions: Map<string, Execution>;
  readonly #artifacts: Map<string, Artifact>;
  readonly #latest = new Map<string, Evaluation>();
  /** By cycle, lineage and input. */
  readonly #standings = new Map<string, Standing>();
  /** The last try, by cycle, lineage and input. */
  readonly #tried = new Map<string, Execution>();

  constructor(document: SessionDocument) {
    this.#document = document;
    this.#executions = new Map(document.executions.map((execution) => [execution.id, execution]));
    this.#artifacts = new Map(document.artifacts.map((artifact) => [artifact.id, artifact]));
    // Those of one moment stay in the order of the file.
    for (const evaluation of [...document.evaluations].sort((a, b) => Date.parse(a.created) - Date.parse(b.created))) {
      this.#latest.set(`${evaluation.by} ${evaluation.artifact}`, evaluation);
    }
    for (const { number, standings } of document.cycles) {
      for (const standing of standings) this.#standings.set(keyOf(number, standing.lineage, standing.input), standing);
    }
    for (const execution of document.executions) {
      const key = keyOf(execution.cycle, execution.lineage, execution.input);
      if (execution.attempt >= (this.#tried.get(key)?.attempt ?? 0)) this.#tried.set(key, execution);
    }
  }

  /** Cycles and inputs in order, with the labels that there are. */
  *places(): Generator<{ cycle: Cycle; input: CampInput; labels: LineageLabel[] }> {
    const labels = lineageLabels.filter((label) => this.#document.lineages.some((lineage) => lineage.label === label));
    for (const cycle of [...this.#document.cycles].sort((a, b) => a.number - b.number)) {
      for (const input of [...this.#document.inputs].sort((a, b) => a.number - b.number)) yield { cycle, input, labels };
    }
  }

  /** Null where the lineage never had to do with this input in this cycle. */
  find(cycle: Cycle, input: CampInput, label: LineageLabel): ExportCase | null {
    const standing = this.#standings.get(keyOf(cycle.number, label, input.id));
    if (standing === undefined) return this.#without(cycle, input, label);
    const execution = this.#executions.get(standing.execution);
    if (execution === undefined || execution.lineage !== label || execution.input !== input.id) return { isThere: false, reason: 'not_executed', detail: `${label} has no execution.`, artifact: null };
    if (execution.state !== 'completed') return failed(execution);
    const artifact = execution.artifact === null ? undefined : this.#artifacts.get(execution.artifact);
    if (artifact === undefined) return { isThere: false, reason: 'not_executed', detail: `${label} has no artifact.`, artifact: null };
    if (!this.#standsRightly(execution, cycle)) return { isThere: false, reason: 'other_cycle', detail: `What stands for ${label} was made in cycle ${String(execution.cycle)}, and nothing locked it since.`, artifact };
    if (!hasInk(artifact.content)) return { isThere: false, reason: 'empty', detail: `The artifact of ${label} is empty.`, artifact };
    return {
      isThere: true,
      answer: {
        label, cycle: cycle.number, isLocked: cycle.locked.includes(label), input, execution, artifact,
        user: this.#latest.get(`user ${artifact.id}`) ?? null,
        judge: this.#latest.get(`judge ${artifact.id}`) ?? null,
      },
    };
  }

  /** The execution that was tried last says why nothing stands. */
  #without(cycle: Cycle, input: CampInput, label: LineageLabel): ExportCase | null {
    const last = this.#tried.get(keyOf(cycle.number, label, input.id));
    return last === undefined ? null : last.state === 'completed' ? { isThere: false, reason: 'not_executed', detail: `Nothing stands for ${label}.`, artifact: null } : failed(last);
  }

  /** An earlier cycle's execution stands on only for a lineage that is locked, or was until this cycle. */
  #standsRightly({ cycle: made, lineage }: Execution, cycle: Cycle): boolean {
    if (made >= cycle.number) return made === cycle.number;
    if (cycle.locked.includes(lineage)) return true;
    return this.#document.cycles.filter(({ number }) => number >= made && number < cycle.number).every(({ locked }) => locked.includes(lineage));
  }
}

function keyOf(cycle: number, label: LineageLabel, input: string): string {
  return `${String(cycle)} ${label} ${input}`;
}

function failed({ lineage, state, error }: Execution): ExportCase {
  return { isThere: false, reason: state === 'failed' ? 'failed' : 'not_executed', detail: state === 'failed' ? `${lineage} failed: ${error?.message ?? 'for an unknown reason'}` : `The execution of ${lineage} is ${state}.`, artifact: null };
}
