import { readAgent } from '../../agents/readAgent.ts';
import type { HandlersOf } from '../handlers.ts';

export const agentHandlers: HandlersOf<'agents'> = {
  'agents/read': ({ file }, { services }) => readAgent(file, services.workspace),
};
