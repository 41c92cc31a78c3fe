import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes a new file, with its folders. Answers false, and changes nothing, where one is there already. */
export function createFile(file: string, content: string): boolean {
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Adds a line at the end of a text file, in the line ending that the file has. */
export function appendLine(file: string, line: string): void {
  const text = readFileSync(file, 'utf8');
  const ending = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' || text.endsWith('\n') ? '' : ending;
  appendFileSync(file, `${gap}${line}${ending}`);
}
