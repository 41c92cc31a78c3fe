/** What an execution may take at most. */
export interface ExecutionLimits {
  timeoutMs: number;
  toolTimeoutMs: number;
  /** Times that a model is asked in one answer: each call of tools takes one more. */
  rounds: number;
  /** Times that a model is asked in a whole execution. */
  modelCalls: number;
  /** Steps of a flow, each round of a loop counted. */
  steps: number;
  /** Characters of a tool's answer; the rest is cut, and that is said. */
  toolOutput: number;
  /** Characters of an answer; a longer one is an error. */
  answer: number;
  /** Characters of each text in the trace. */
  trace: number;
}

export const executionLimits: ExecutionLimits = {
  timeoutMs: 600_000,
  toolTimeoutMs: 30_000,
  rounds: 12,
  modelCalls: 60,
  steps: 500,
  toolOutput: 20_000,
  answer: 200_000,
  trace: 8000,
};
