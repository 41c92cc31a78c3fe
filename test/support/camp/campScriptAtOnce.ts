import type { ModelScript, ScriptReply } from '../modelServer/script.ts';
import { script as paced } from './campScript.ts';

/** The same provider, answering as fast as it can: most of what is under way is answered and not yet stored. */
export const script: ModelScript = { ...paced, rules: paced.rules.map(({ when, reply }) => ({ when, reply: typeof reply === 'function' ? (request) => atOnce(reply(request)) : atOnce(reply) })) };

function atOnce(reply: ScriptReply): ScriptReply {
  return 'status' in reply ? reply : { ...reply, trouble: undefined };
}
