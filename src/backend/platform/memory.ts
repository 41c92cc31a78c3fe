import { totalmem } from 'node:os';

/** Memory that a process on this machine may use: the machine's, or the container's limit where that is smaller. */
export function usableMemoryBytes(): number {
  const limit = process.constrainedMemory();
  // 0 and absurdly large values both mean that there is no limit.
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
