import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { Artifact, CampInput, Execution, LineageLabel } from '../../../protocol/camp.ts';
import { CampError } from '../../../protocol/errors.ts';
import { artifactIdSchema, executionIdSchema } from '../../../protocol/ids.ts';
import { newId } from '../../platform/newId.ts';
import { stoppingCodes } from '../journal.ts';
import { problemOf, type Work } from './work.ts';

export interface ExecutionJob {
  label: LineageLabel;
  version: number;
  definition: AgentDefinition;
  cycle: number;
  inputs: readonly { input: CampInput; attempt: number }[];
}

/** What an execution gave, not stored yet. */
export interface Outcome {
  execution: Execution;
  artifact: Artifact | null;
}

/** Executes an agent on inputs, bounded in parallel with everybody else's. One that fails is an outcome; a reached cap is thrown. */
export async function executeInputs(work: Work, job: ExecutionJob): Promise<Outcome[]> {
  let done = 0;
  const settled = await Promise.allSettled(
    job.inputs.map(
      async ({ input, attempt }) =>
        await work.limit(async () => {
          work.signal.throwIfAborted();
          const outcome = await executeOne(work, job, input, attempt);
          done += 1;
          work.tell({ message: `${job.label}: ${String(done)} of ${String(job.inputs.length)} ${job.inputs.length === 1 ? 'input' : 'inputs'} answered`, share: done / job.inputs.length, piece: null });
          return outcome;
        }),
    ),
  );
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

async function executeOne(work: Work, { label, version, definition, cycle }: ExecutionJob, input: CampInput, attempt: number): Promise<Outcome> {
  const scope = `${label} ${String(cycle)} execute v${String(version)} ${input.id}`;
  const model = work.journal.on(work.agentModel, () => scope, attempt - 1);
  const now = work.place.store.clock.now();
  const base = {
    id: executionIdSchema.parse(newId('ex', now)),
    lineage: label, version, input: input.id, cycle, attempt,
    parameters: definition.parameters,
    created: now.toISOString(),
  };
  let isFirst = true;
  try {
    const executed = await work.execute(
      { definition, input: input.text, model, tools: work.tools },
      {
        signal: work.signal,
        onText: (text) => {
          work.tell({ message: '', share: null, piece: { lineage: label, input: input.number, text, isFirst } });
          isFirst = false;
        },
        onTrace: () => undefined,
      },
    );
    const artifact: Artifact = { id: artifactIdSchema.parse(newId('ar', now)), content: executed.text };
    const { promptSha256, trace, usage, costUsd, seconds } = executed;
    return { artifact, execution: { ...base, state: 'completed', model: executed.model, promptSha256, trace, ...usage, costUsd, seconds, error: null, artifact: artifact.id } };
  } catch (error) {
    if (error instanceof CampError && stoppingCodes.has(error.code)) throw error;
    const problem = problemOf(error, work.signal);
    work.journal.settleFailure(scope);
    return {
      artifact: null,
      execution: { ...base, state: 'failed', model: work.agentModel.reference, trace: [], promptTokens: null, completionTokens: null, costUsd: null, seconds: null, error: problem, artifact: null },
    };
  }
}
