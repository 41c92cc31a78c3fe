import { failure } from '../../protocol/errors.ts';
import { fileFacts } from '../platform/files.ts';
import type { ChosenFile } from './chooseFiles.ts';
import type { IssueLog } from './import/issueLog.ts';
import { RowImporter } from './import/rowImporter.ts';
import type { RowsWriter } from './import/rowsWriter.ts';
import { splitOfPrompt, type Assignments } from './import/splits.ts';
import type { PrepareContext } from './prepareContext.ts';
import type { PrepareOptions } from './prepareOptions.ts';
import { readFile } from './readers/readFile.ts';

export interface ImportInit {
  options: PrepareOptions;
  context: PrepareContext;
  files: ChosenFile[];
  issues: IssueLog;
  writer: RowsWriter;
  carried: Assignments;
  /** Split code per file, where files declare theirs. */
  declared: number[] | null;
}

/** Reads every file through one importer. Refuses a file that changed or went while it was read. */
export async function importFiles(init: ImportInit): Promise<RowImporter> {
  const { options, context, files, issues, writer, carried, declared } = init;
  const totalBytes = files.reduce((sum, file) => sum + file.opened.file.sizeBytes, 0);
  let doneBytes = 0;
  let consumed = (): number => 0;
  const importer = new RowImporter({
    writer,
    issues,
    minQuality: options.minQuality,
    isDeduplicating: options.dedupe !== 'off',
    isListingLines: options.plan,
    splitOf: (low, high, file) => carried.get(low, high) ?? declared?.[file] ?? splitOfPrompt(low, high, options.seed, options.split),
    onProgress: (rows) => context.onProgress({ rows, share: totalBytes === 0 ? 1 : Math.min(1, (doneBytes + consumed()) / totalBytes) }),
    signal: context.signal,
  });
  for (const [index, { opened, convert, before }] of files.entries()) {
    importer.beginFile({ name: opened.file.name, index, convert, isByLine: opened.kind === 'jsonLines' && !opened.isOldMac, isOldMac: opened.isOldMac });
    await readFile(opened, importer, (source) => {
      consumed = () => source.consumedBytes;
    });
    const after = fileFacts(opened.file.path);
    if (after === null || after.sizeBytes !== before.sizeBytes || after.modifiedNs !== before.modifiedNs || after.inode !== before.inode) {
      throw failure('source_changed', `“${opened.file.name}” ${after === null ? 'disappeared' : 'changed'} while it was imported. Nothing of it was kept.`, {
        hint: 'Prepare it again when nothing writes to it any more.',
      });
    }
    consumed = () => 0;
    doneBytes += opened.file.sizeBytes;
  }
  importer.end();
  return importer;
}
