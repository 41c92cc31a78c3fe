import path from 'node:path';
import { z } from 'zod';
import { fileSha256 } from '../platform/fileHash.ts';
import { fileFacts, listFolder, readTextFile } from '../platform/files.ts';

/** `manifest.json` of a checkpoint, written last: a folder without one was never finished. */
const manifestSchema = z.looseObject({ v: z.literal(1), step: z.int(), sha256: z.record(z.string(), z.string()) });

export interface CheckpointSearch {
  /** The newest that verifies. */
  newest: { name: string; step: number } | null;
  /** Newer ones that do not, with what is wrong. */
  rejected: { name: string; problem: string }[];
}

/** Looks for the checkpoint that a resume will start from, as the trainer does. */
export async function findCheckpoint(runFolder: string, signal?: AbortSignal): Promise<CheckpointSearch> {
  const folder = path.join(runFolder, 'checkpoints');
  const names = listFolder(folder).filter((name) => /^step-\d{6,9}$/.test(name));
  const rejected: CheckpointSearch['rejected'] = [];
  for (const name of names.sort((a, b) => stepOf(b) - stepOf(a))) {
    const problem = await problemOf(path.join(folder, name), signal);
    if (problem === null) return { newest: { name, step: stepOf(name) }, rejected };
    rejected.push({ name, problem });
  }
  return { newest: null, rejected };
}

async function problemOf(folder: string, signal?: AbortSignal): Promise<string | null> {
  const text = readTextFile(path.join(folder, 'manifest.json'));
  if (text === null) return 'it has no manifest, so it was never finished';
  const manifest = manifestSchema.safeParse(parseJson(text));
  if (!manifest.success) return 'its manifest cannot be read';
  for (const [name, expected] of Object.entries(manifest.data.sha256)) {
    const file = path.join(folder, path.basename(name));
    if (fileFacts(file) === null) return `${name} is missing`;
    if ((await fileSha256(file, signal)) !== expected) return `${name} does not match its hash`;
  }
  return null;
}

function stepOf(name: string): number {
  return Number.parseInt(name.slice('step-'.length), 10);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Torn or overwritten: the caller calls it unreadable.
    return null;
  }
}
