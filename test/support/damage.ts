import { closeSync, openSync, statSync, writeSync } from 'node:fs';

const pageBytes = 4096;

/** Overwrites a database behind its first pages, as a failing disk does: it has a good header and can't be read. */
export function damageDatabase(file: string): void {
  const pages = Math.floor(statSync(file).size / pageBytes);
  const handle = openSync(file, 'r+');
  try {
    for (let page = 1; page < pages; page += 1) writeSync(handle, Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, page * pageBytes);
  } finally {
    closeSync(handle);
  }
}
