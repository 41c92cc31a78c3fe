import type { CampInput, SessionDocument } from '../../protocol/camp.ts';
import { sessionFormat } from '../../protocol/camp.ts';
import { inputIdSchema, sessionIdSchema } from '../../protocol/ids.ts';
import type { NewSession } from '../../protocol/sessionResults.ts';
import { newId } from '../platform/newId.ts';

/** The document of a new session, with nothing in it but what the person said. */
export function newDocument(request: NewSession & { model: string }, now: Date): SessionDocument {
  const created = now.toISOString();
  return {
    format: sessionFormat,
    formatVersion: 1,
    session: {
      id: sessionIdSchema.parse(newId('se', now)),
      name: request.name ?? nameOf(request.need),
      need: request.need,
      constraints: request.constraints,
      mode: request.mode,
      stage: 'draft',
      promotedFrom: null,
      model: request.model,
      trainerModel: request.trainerModel ?? request.model,
      judgeModel: request.judgeModel,
      costCapUsd: request.costCapUsd,
      created,
      updated: created,
    },
    strategies: [],
    inputs: request.inputs.map((input, index) => newInput(input, index + 1, now)),
    lineages: [],
    cycles: [],
    executions: [],
    artifacts: [],
    evaluations: [],
    feedback: [],
    conversation: [],
    evolutions: [],
    spent: { calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0 },
  };
}

export function newInput({ text, split }: Pick<CampInput, 'text' | 'split'>, number: number, now: Date): CampInput {
  return { id: inputIdSchema.parse(newId('in', now)), number, text, split };
}

const longestName = 60;

/** The first line of the need, cut at a word. */
function nameOf(need: string): string {
  const line = need.trim().split('\n', 1)[0] ?? '';
  if (line.length <= longestName) return line;
  const cut = line.slice(0, longestName);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longestName / 2)).trimEnd()}…`;
}
