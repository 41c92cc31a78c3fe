import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { fileFacts, readTextFile, writeFileAtomically } from './files.ts';

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * SHA-256 of a large file, remembered under `cacheFolder` by path, size, modification time and inode: base models are
 * gigabytes and are asked for at each start.
 */
export async function cachedFileSha256(file: string, cacheFolder: string, signal?: AbortSignal): Promise<string> {
  const facts = fileFacts(file);
  if (facts === null) throw new Error(`${file} does not exist`);
  const key = sha256Of(`${path.resolve(file)}\0${facts.sizeBytes}\0${facts.modifiedNs}\0${facts.inode}`);
  const cacheFile = path.join(cacheFolder, key);
  const known = readTextFile(cacheFile);
  if (known !== null && /^[0-9a-f]{64}$/.test(known)) return known;
  const digest = await fileSha256(file, signal);
  writeFileAtomically(cacheFile, digest);
  return digest;
}

/** SHA-256 of a file as it is now. */
export async function fileSha256(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) })) {
    hash.update(chunk instanceof Buffer ? chunk : String(chunk));
  }
  return hash.digest('hex');
}
