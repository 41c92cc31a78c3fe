import { randomBytes } from 'node:crypto';

type IdPrefix = 'run' | 'job' | 'att' | 'ds' | 'ad' | 'se' | 'in' | 'ex' | 'ar' | 'ev' | 'eo';

/** An id such as `run_20260101-120000-3fk29xq1`: sorts by creation, safe in a path, parsed by protocol/ids.ts. */
export function newId(prefix: IdPrefix, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const random = Array.from(randomBytes(8), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
  return `${prefix}_${stamp}-${random}`;
}

// 32 characters divide 256: every one is equally likely. Without those that are mistaken for each other.
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
