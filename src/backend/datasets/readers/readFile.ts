import { openByteSource, type ByteSource } from './byteSource.ts';
import { readCsv } from './csv.ts';
import { sniffDelimiter } from './csvDialect.ts';
import { fileKindOf, newlineOf, type FileKind } from './fileKind.ts';
import { isWrapper, readJsonDocument } from './jsonDocument.ts';
import { readJsonLines } from './jsonLines.ts';
import { readParquet } from './parquet.ts';
import { hasParagraphs, readPlainText } from './plainTextFile.ts';
import type { RecordSink } from './recordSink.ts';
import type { Sniffed } from './sniff.ts';
import type { SourceFile } from './sourceFiles.ts';

export interface OpenedFile {
  file: SourceFile;
  sniffed: Sniffed;
  kind: FileKind;
  /** CR ends its lines. */
  isOldMac: boolean;
}

export function openedFile(file: SourceFile, sniffed: Sniffed): OpenedFile {
  return { file, sniffed, kind: fileKindOf(sniffed, file.extension), isOldMac: newlineOf(sniffed.head) !== 10 };
}

type Consumed = Pick<ByteSource, 'consumedBytes'>;

/** Sends every record of a file to the sink. `onOpen` gets what tells how far it is. */
export async function readFile(opened: OpenedFile, sink: RecordSink, onOpen: (source: Consumed) => void = () => undefined): Promise<void> {
  const { file, sniffed, kind } = opened;
  if (kind === 'parquet') return readParquet(file.path, sink, file.name);
  const source = await openByteSource({ path: file.path, isGzip: sniffed.isGzip, encoding: sniffed.encoding, markBytes: sniffed.markBytes });
  onOpen(source);
  try {
    await readText(kind, opened, source, sink);
  } catch (error) {
    if (!isGzipDamage(error)) throw error;
    sink.issues.file(file.name, 'gzip_damaged', 'This gzip file is cut or damaged; the rows before the damage were read.');
  } finally {
    await source.close();
  }
}

async function readText(kind: Exclude<FileKind, 'parquet'>, opened: OpenedFile, source: ByteSource, sink: RecordSink): Promise<void> {
  const { head } = opened.sniffed;
  const newline = newlineOf(head);
  switch (kind) {
    case 'jsonLines':
      return readJsonLines(source, sink, { newline, name: opened.file.name });
    case 'json':
      return readJsonDocument(source, sink, { isWrapped: isWrapper(head), newline, name: opened.file.name });
    case 'csv': {
      const delimiter = sniffDelimiter(head.subarray(0, 1 << 16).toString('utf8'), opened.file.extension);
      return readCsv(source, sink, { delimiter: delimiter.charCodeAt(0), newline }, opened.file.name);
    }
    case 'text': {
      const isByParagraph = hasParagraphs(head.subarray(0, 1 << 16).toString('utf8'));
      if (isByParagraph) sink.issues.file(opened.file.name, 'text_paragraphs', 'Blank lines divide this text: each paragraph became a row.');
      return readPlainText(source, sink, { newline, isByParagraph, name: opened.file.name });
    }
  }
}

function isGzipDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
