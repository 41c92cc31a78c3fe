import type { CodeLens } from 'vscode-languageserver/node';
import type { DatasetCheck } from './datasetCheck.ts';

/** What stands over a dataset. A file whose format can't be told can only be prepared, where a person can say what it is. */
export function datasetLenses(check: DatasetCheck): CodeLens[] {
  const { uri } = check.document;
  const reading = check.read();
  if (reading.kind === 'hint' && (reading.code === 'file_unreadable' || reading.code === 'file_empty')) return [];
  const lens = (title: string, command: string): CodeLens => ({ range, command: { title, command, arguments: [uri] } });
  const prepare = lens('$(database) Prepare', 'trainingCamp.files.prepare');
  return reading.kind === 'hint' ? [prepare] : [prepare, lens('$(flame) Train', 'trainingCamp.files.train'), lens('$(symbol-string) Inspect tokens', 'trainingCamp.files.inspect')];
}

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
