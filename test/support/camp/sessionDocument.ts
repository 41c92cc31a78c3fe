import type { z } from 'zod';
import { sessionDocumentSchema, type LineageLabel, type SessionDocument } from '../../../src/protocol/camp.ts';

type Written = z.input<typeof sessionDocumentSchema>;

/** One answer of a lineage: what it was, and what the person and the judge gave it. */
export interface WrittenAnswer {
  input: number;
  content: string;
  score?: number;
  comment?: string;
  judged?: number;
}

/** A version of a lineage's agent, the cycle that it answered in, and its answers. */
export interface WrittenVersion {
  systemPrompt: string;
  answers: WrittenAnswer[];
  /** What was planned to come to it. */
  plan?: string;
}

export interface WrittenSession {
  need?: string;
  constraints?: string;
  inputs: { text: string; isHeldOut?: boolean }[];
  lineages: Partial<Record<LineageLabel, WrittenVersion[]>>;
  more?: Partial<Written>;
  lineage?: Partial<NonNullable<Written['lineages']>[number]>;
}

/** A session's document as a file could hold it, version n of each lineage standing in cycle n. */
export function sessionDocument({ need = 'Answer tickets of a support desk.', constraints = '', inputs, lineages, more = {}, lineage = {} }: WrittenSession): SessionDocument {
  const time = '2026-01-01T00:00:00Z';
  const written: Written = {
    format: 'training-camp-session', formatVersion: 1,
    session: { id: 'se_test', name: 'Tickets', need, constraints, mode: 'training', created: time, updated: time },
    inputs: inputs.map(({ text, isHeldOut }, index) => ({ id: `in_${String(index + 1)}`, number: index + 1, text, split: isHeldOut === true ? 'heldOut' : 'train' })),
    lineages: [], cycles: [], executions: [], artifacts: [], evaluations: [], evolutions: [],
  };
  for (const [label, versions] of Object.entries(lineages) as [LineageLabel, WrittenVersion[]][]) {
    written.lineages?.push({
      label, strategyTag: `Strategy ${label}`, cycle: versions.length, ...lineage,
      agents: versions.map(({ systemPrompt }, index) => ({ version: index + 1, parent: index === 0 ? null : index, definition: { name: `Agent ${label}`, systemPrompt } })),
    });
    for (const [index, { answers, plan }] of versions.entries()) {
      const cycle = index + 1;
      if (plan !== undefined && index > 0) {
        written.evolutions?.push({
          id: `eo_${label.toLowerCase()}${String(cycle)}`, lineage: label, fromCycle: index, toCycle: cycle, parentVersion: index, version: cycle,
          plan: [{ target: 'systemPrompt', change: plan, reason: '' }],
        });
      }
      for (const { input, content, score, comment, judged } of answers) {
        const name = `${label.toLowerCase()}${String(cycle)}-${String(input)}`;
        written.executions?.push({ id: `ex_${name}`, lineage: label, version: cycle, input: `in_${String(input)}`, cycle, state: 'completed', artifact: `ar_${name}` });
        written.artifacts?.push({ id: `ar_${name}`, content });
        const standing = { lineage: label, input: `in_${String(input)}`, execution: `ex_${name}` };
        const known = written.cycles?.find(({ number }) => number === cycle);
        if (known === undefined) written.cycles?.push({ number: cycle, standings: [standing] });
        else known.standings?.push(standing);
        if (score !== undefined) written.evaluations?.push({ id: `ev_${name}`, artifact: `ar_${name}`, cycle, score, ...(comment === undefined ? {} : { comment }), created: time });
        if (judged !== undefined) written.evaluations?.push({ id: `ev_${name}-j`, artifact: `ar_${name}`, cycle, score: judged, by: 'judge', judgeModel: 'test:judge', created: time });
      }
    }
  }
  return sessionDocumentSchema.parse({ ...written, ...more });
}
