import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { notFound, usageError } from '../../../protocol/errors.ts';
import type { IssueLog } from '../import/issueLog.ts';

export interface SourceFile {
  /** Absolute. */
  path: string;
  /** As shown: relative to the folder or path that was given. */
  name: string;
  sizeBytes: number;
  /** Extension in lower case without `.gz`, or an empty text. */
  extension: string;
}

const dataExtensions = new Set(['.jsonl', '.ndjson', '.json', '.csv', '.tsv', '.tab', '.parquet', '.txt', '.text']);

/** Files that stand beside data and are none. */
const notData = /^(dataset_infos?|package|package-lock|tsconfig|readme|license)\b/i;

/** Files and the data files of folders, sorted by name, so that an import is the same on every machine. */
export async function listSourceFiles(paths: readonly string[], base: string, issues: IssueLog): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const given of paths) {
    const absolute = path.resolve(base, given);
    const facts = await statOrNull(absolute);
    if (facts === null) throw notFound('file_not_found', `There is no file “${given}”.`, { hint: 'Paths are relative to the current folder.' });
    if (facts.isDirectory()) files.push(...(await filesOf(absolute, given, issues)));
    else if (facts.isFile()) files.push(sourceFile(absolute, given, facts.size));
    else throw usageError('not_a_file', `“${given}” is neither a file nor a folder.`);
  }
  const seen = new Set<string>();
  return files.filter((file) => !seen.has(file.path) && seen.add(file.path));
}

async function filesOf(folder: string, given: string, issues: IssueLog): Promise<SourceFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const found: SourceFile[] = [];
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  for (const absolute of paths.sort()) {
    const relative = path.relative(folder, absolute);
    const name = path.join(given, relative);
    const parts = relative.split(path.sep);
    if (parts.some((part) => part.startsWith('._')) || parts.includes('__MACOSX')) {
      issues.file(name, 'companion_skipped', 'This is a companion file of macOS and holds no data.');
      continue;
    }
    if (parts.some((part) => part.startsWith('.'))) continue;
    const file = sourceFile(absolute, name, (await stat(absolute)).size);
    if (dataExtensions.has(file.extension) && !notData.test(path.basename(absolute))) found.push(file);
    else issues.file(name, 'file_skipped', 'This file of the folder is no training data by its name.');
  }
  return found;
}

function sourceFile(absolute: string, name: string, sizeBytes: number): SourceFile {
  const lower = absolute.toLowerCase();
  const plain = lower.endsWith('.gz') ? lower.slice(0, -3) : lower;
  return { path: absolute, name, sizeBytes, extension: path.extname(plain) };
}

async function statOrNull(absolute: string): Promise<Stats | null> {
  try {
    return await stat(absolute);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}
