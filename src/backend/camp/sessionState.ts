import type { Lineage, SessionDocument, SessionSummary } from '../../protocol/camp.ts';
import type { LineageState, SessionState } from '../../protocol/sessionResults.ts';
import { mean } from './standings.ts';
import { attemptsAt, currentCycle, isQuickStart, missingForRegeneration, newestAgent, presentCases, unansweredInputs } from './transitions.ts';

/** A session as most commands show it. `file` is where its document is saved. */
export function sessionState(document: SessionDocument, file: string): SessionState {
  return {
    session: document.session,
    cycle: currentCycle(document),
    strategies: document.strategies,
    inputs: document.inputs.map(({ number, text, split }) => ({ number, text, split })),
    lineages: document.lineages.map((lineage) => lineageState(document, lineage)),
    artifacts: presentCases(document).map(({ label, input, execution, artifact, user, cycle }) => ({
      id: artifact.id,
      lineage: label,
      input: input.number,
      split: input.split,
      cycle,
      version: execution.version,
      content: artifact.content,
      sha256: artifact.sha256 ?? '',
      promptSha256: execution.promptSha256 ?? null,
      score: user?.score ?? null,
      comment: user?.comment ?? '',
    })),
    missing: isQuickStart(document.session.mode) || document.lineages.length === 0 ? [] : missingForRegeneration(document),
    file,
  };
}

/** A line in the list. `bytes` is what its texts take. */
export function sessionSummary(document: SessionDocument, { bytes, isWorking }: { bytes: number; isWorking: boolean }): SessionSummary {
  const { id, name, need, mode, stage, created, updated } = document.session;
  const cases = presentCases(document).filter(({ input }) => input.split === 'train');
  return {
    id, name, need, mode, stage, created, updated, bytes, isWorking,
    cycle: currentCycle(document),
    inputs: document.inputs.length,
    lineages: document.lineages.map((lineage) => ({
      label: lineage.label,
      strategyTag: lineage.strategyTag,
      isLocked: lineage.isLocked,
      version: newestAgent(lineage)?.version ?? 0,
      score: mean(cases.flatMap(({ label, user }) => (label === lineage.label && user !== null ? [user.score] : []))),
      hasProblem: lineage.problem !== null || failedInputs(document, lineage).length > 0,
    })),
  };
}

function lineageState(document: SessionDocument, lineage: Lineage): LineageState {
  const agent = newestAgent(lineage);
  const { label, strategyTag, isLocked, directives, cycle, problem } = lineage;
  return {
    label, strategyTag, isLocked, directives, cycle, problem,
    version: agent?.version ?? 0,
    agent: agent === null ? null : { name: agent.definition.name, sha256: agent.sha256 ?? '' },
    failed: failedInputs(document, lineage),
  };
}

function failedInputs(document: SessionDocument, lineage: Lineage): LineageState['failed'] {
  return unansweredInputs(document, lineage).flatMap(({ id, number }) => {
    const last = attemptsAt(document, lineage, id).at(-1);
    if (last === undefined) return [];
    return [{ input: number, attempt: last.attempt, error: last.error ?? { code: last.state, message: `The execution was ${last.state}.` } }];
  });
}
