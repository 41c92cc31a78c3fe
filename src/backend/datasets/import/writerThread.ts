import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { IndexBuilder } from '../../store/datasetIndex.ts';
import { writerStartSchema, type FromWriter, type ToWriter, type WriterStart } from './writerMessages.ts';

/**
 * The import's second thread: appends rows to `rows.jsonl`, hashes the file, fills the index. After a failure it
 * answers every message with that failure, so that nobody waits for ever.
 */
function serve(start: WriterStart, answer: (message: FromWriter) => void): (message: ToWriter) => void {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const descriptor = openSync(start.rowsPath, 'wx');
  const index = new IndexBuilder(start.indexPath);

  return (message) => {
    switch (message.kind) {
      case 'bytes': {
        const bytes = new Uint8Array(message.buffer, 0, message.lengthBytes);
        for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done);
        hash.update(bytes);
        sizeBytes += bytes.length;
        answer({ kind: 'written', slot: message.slot });
        break;
      }
      case 'rows':
        index.add(message.block);
        answer({ kind: 'indexed' });
        break;
      case 'splits':
        index.setSplits(message.pairs);
        break;
      case 'finish': {
        fsyncSync(descriptor);
        closeSync(descriptor);
        index.finish(message.files);
        const indexFile = openSync(start.indexPath, 'r+');
        fsyncSync(indexFile);
        closeSync(indexFile);
        answer({ kind: 'done', sha256: hash.digest('hex'), sizeBytes });
        break;
      }
      case 'abandon':
        closeSync(descriptor);
        index.abandon();
        answer({ kind: 'abandoned' });
        break;
    }
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

const port = parentPort;
if (port !== null) {
  const answer = (message: FromWriter): void => port.postMessage(message);
  let failed: FromWriter | undefined;
  const guarded = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      failed = { kind: 'failed', code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
      answer(failed);
    }
  };
  let handle: ((message: ToWriter) => void) | undefined;
  guarded(() => {
    handle = serve(writerStartSchema.parse(workerData), answer);
  });
  port.on('message', (message: ToWriter) => {
    if (message.kind === 'abandon' && failed !== undefined) answer({ kind: 'abandoned' });
    else if (failed !== undefined) answer(failed);
    else guarded(() => handle?.(message));
  });
}
