import { openByteSource, type ByteSource } from './byteSource.ts';
import { fileKindOf, newlineOf, type FileKind } from './fileKind.ts';
import { readJsonLines } from './jsonLines.ts';
import type { RecordSink } from './recordSink.ts';
import type { Sniffed } from './sniff.ts';
import type { SourceFile } from './sourceFiles.ts';

export interface OpenedFile {
  file: SourceFile;
  sniffed: Sniffed;
  kind: FileKind;
}

export function openedFile(file: SourceFile, sniffed: Sniffed): OpenedFile {
  return { file, sniffed, kind: fileKindOf(sniffed, file.extension) };
}

/** Sends every record of a file to the sink. `onOpen` gets what tells how far it is. */
export async function readFile(opened: OpenedFile, sink: RecordSink, onOpen: (source: Pick<ByteSource, 'consumedBytes'>) => void = () => undefined): Promise<void> {
  const { file, sniffed } = opened;
  const source = await openByteSource({ path: file.path, isGzip: sniffed.isGzip, encoding: sniffed.encoding, markBytes: sniffed.markBytes });
  onOpen(source);
  try {
    await readText(opened, source, sink);
  } finally {
    await source.close();
  }
}

async function readText(opened: OpenedFile, source: ByteSource, sink: RecordSink): Promise<void> {
  switch (opened.kind) {
    case 'jsonLines':
      return readJsonLines(source, sink, newlineOf(opened.sniffed.head));
    default:
      throw new Error(`no reader for ${opened.kind}`);
  }
}
