import { canonicalJson } from '../../../common/canonicalJson.ts';
import type { Json } from '../../../protocol/json.ts';
import { sha256Of } from '../../platform/fileHash.ts';

/**
 * A sampling seed from 0 to 2^31 − 1 that follows from what it is for, such as a session, a lineage, a cycle and the
 * number of the trial: the same work asked for again is the same request, and a journal of calls can answer it.
 */
export function seedOf(...purpose: Json[]): number {
  return Number.parseInt(sha256Of(canonicalJson(purpose)).slice(0, 8), 16) % 2 ** 31;
}
