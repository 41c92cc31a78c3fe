import type { z } from 'zod';
import type { LineageLabel } from '../../protocol/camp.ts';
import type { agentResultSchema } from '../../protocol/sessionResults.ts';
import { writeAgent } from '../agents/writeAgent.ts';
import { agentVersion } from './history.ts';
import { findSession, requireDocument, type SessionPlace } from './sessionStore.ts';

export interface SaveAgentRequest {
  lineage: LineageLabel;
  /** Null is the newest. */
  version: number | null;
  /** Folder under CodeAgents; null is made of the agent's name. */
  name: string | null;
  /** A person agreed to change a file that was not written from this lineage. */
  isConfirmed: boolean;
}

/** Writes a lineage's agent to `CodeAgents/<Agent>/agent.yaml`. */
export function saveAgent(place: SessionPlace, reference: string, { lineage, version, name, isConfirmed }: SaveAgentRequest): z.output<typeof agentResultSchema> {
  const document = requireDocument(place, findSession(place, reference));
  const found = agentVersion(document, lineage, version);
  const { file } = writeAgent(
    place.workspace,
    {
      definition: found.agent.definition, tag: `camp-${document.session.id}-${lineage}`, model: document.session.model, owner: 'camp', isConfirmed,
      ...(name === null ? {} : { name }),
    },
    place.store.clock,
  );
  return { ...found, file };
}
