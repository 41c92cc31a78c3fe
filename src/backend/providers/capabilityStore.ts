import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { capabilitiesSchema } from '../../protocol/providers.ts';
import { sha256Of } from '../platform/fileHash.ts';
import { writeFileAtomically } from '../platform/files.ts';
import { readJsonFile } from '../platform/jsonFile.ts';
import type { Home } from '../platform/workspace.ts';
import type { Capabilities } from './chatModel.ts';

/** What was found out about one model. */
export interface CapabilityStore {
  /** Null where nothing is known, or no longer. */
  read: () => Capabilities | null;
  write: (capabilities: Capabilities) => void;
}

const dayMs = 24 * 3600 * 1000;
/** A server may be updated. */
const lifetimeMs = 30 * dayMs;
/** One on this machine may have another model under the same name tomorrow, and asking it costs nothing. */
const loopbackLifetimeMs = dayMs;

const fileSchema = z.object({ version: z.literal(1), url: z.string(), model: z.string(), foundAt: z.iso.datetime(), capabilities: capabilitiesSchema });

/** In the home folder's cache, one file per address and model, so that the questions are paid once a machine. */
export function capabilityStore(home: Home, { url, model, isLoopback }: { url: string; model: string; isLoopback: boolean }): CapabilityStore {
  const folder = path.join(home.root, 'cache', 'capabilities');
  const file = path.join(folder, `${sha256Of(JSON.stringify([url, model]))}.json`);
  return {
    read: () => {
      const stored = readJsonFile(file, fileSchema);
      if (stored === null || stored.url !== url || stored.model !== model) return null;
      const age = Date.now() - Date.parse(stored.foundAt);
      return age >= 0 && age < (isLoopback ? loopbackLifetimeMs : lifetimeMs) ? stored.capabilities : null;
    },
    write: (capabilities) => {
      mkdirSync(folder, { recursive: true });
      const content: z.output<typeof fileSchema> = { version: 1, url, model, foundAt: new Date().toISOString(), capabilities };
      writeFileAtomically(file, `${JSON.stringify(content, null, 2)}\n`);
    },
  };
}
