import type { z } from 'zod';
import type { LineageLabel, SessionDocument } from '../../protocol/camp.ts';
import { notFound } from '../../protocol/errors.ts';
import type { agentResultSchema, historyResultSchema } from '../../protocol/sessionResults.ts';
import { definitionDiff } from './evolution/definitionDiff.ts';
import { mean, standingCases } from './standings.ts';
import { findLineage, newestAgent } from './transitions.ts';

/** What a lineage was and did, cycle by cycle. */
export function lineageHistory(document: SessionDocument, label: LineageLabel): z.output<typeof historyResultSchema> {
  findLineage(document, label);
  const cases = standingCases(document).filter((one) => one.label === label);
  return {
    session: document.session.id,
    lineage: label,
    cycles: document.cycles.map(({ number, locked }) => {
      const own = cases.filter(({ cycle }) => cycle === number);
      const scoreOf = (split: string) => mean(own.flatMap(({ input, user }) => (input.split === split && user !== null ? [user.score] : [])));
      return {
        cycle: number,
        version: own[0]?.execution.version ?? null,
        isLocked: locked.includes(label),
        score: scoreOf('train'),
        heldOutScore: scoreOf('heldOut'),
        artifacts: own.map(({ artifact, input }) => ({
          id: artifact.id,
          input: input.number,
          sha256: artifact.sha256 ?? '',
          scores: document.evaluations.flatMap(({ artifact: scored, by, cycle, score, comment, created }) => (scored === artifact.id && by === 'user' && cycle <= number ? [{ score, comment, created }] : [])),
        })),
        evolution: document.evolutions.find((record) => record.lineage === label && record.toCycle === number) ?? null,
      };
    }),
  };
}

/** One version of a lineage's agent; the newest where none is named. */
export function agentVersion(document: SessionDocument, label: LineageLabel, version: number | null): Omit<z.output<typeof agentResultSchema>, 'file'> {
  const lineage = findLineage(document, label);
  const agent = version === null ? newestAgent(lineage) : lineage.agents.find((one) => one.version === version);
  const versions = lineage.agents.map((one) => one.version);
  if (agent === undefined || agent === null) {
    throw notFound('agent_not_found', version === null ? `Lineage ${label} has no agent yet.` : `Lineage ${label} has no version ${String(version)}.`, versions.length === 0 ? {} : { hint: `It has ${versions.join(', ')}.` });
  }
  const parent = lineage.agents.find((one) => one.version === agent.parent);
  return {
    session: document.session.id, lineage: label, agent, versions,
    diff: parent === undefined ? [] : definitionDiff(parent.definition, agent.definition),
    evolution: document.evolutions.find((record) => record.lineage === label && record.version === agent.version) ?? null,
  };
}
