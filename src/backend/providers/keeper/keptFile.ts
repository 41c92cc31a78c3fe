import { rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { listFolder } from '../../platform/files.ts';
import { readJsonFile } from '../../platform/jsonFile.ts';
import { writePrivateFile } from '../../platform/privateFile.ts';
import { processSchema, type ProcessIdentity } from '../../platform/process.ts';

/** A call whose answer is not in the journal: who is asking, or what was answered. */
const keptSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('asking'), keeper: processSchema }),
  z.object({ state: z.literal('answered'), contentType: z.string().nullable(), body: z.base64() }),
]);
export type Kept = z.infer<typeof keptSchema>;

/** Null where there is nothing, or nothing that can be read: the call is made then. */
export function readKept(file: string): Kept | null {
  return readJsonFile(file, keptSchema);
}

/** Says who is asking, before anybody asks: a request that was handed over is never asked by two. */
export function markAsking(file: string, keeper: ProcessIdentity): void {
  write(file, { state: 'asking', keeper });
}

export function keepAnswer(file: string, contentType: string | null, body: Buffer): void {
  write(file, { state: 'answered', contentType, body: body.toString('base64') });
}

export function dropKept(file: string): void {
  rmSync(file, { force: true });
}

/** Drops what is kept under names that begin so. */
export function dropAllKept(folder: string, prefix: string): void {
  for (const name of listFolder(folder)) if (name.startsWith(prefix)) dropKept(path.join(folder, name));
}

function write(file: string, kept: Kept): void {
  writePrivateFile(file, JSON.stringify(kept));
}
