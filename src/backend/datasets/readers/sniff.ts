import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { gunzipSync, constants } from 'node:zlib';
import type { Encoding } from './byteSource.ts';

const headBytes = 1 << 22;

/** What a file's first bytes say, before it is read. */
export interface Sniffed {
  isGzip: boolean;
  encoding: Encoding;
  markBytes: number;
  /** The beginning, as UTF-8 without a byte order mark. */
  head: Buffer;
  /** True when `head` is the whole file. */
  isWhole: boolean;
  isParquet: boolean;
  isBinary: boolean;
  isLfsPointer: boolean;
  isAppleDouble: boolean;
}

export async function sniffFile(path: string): Promise<Sniffed> {
  const raw = await readHead(path);
  const isGzip = raw.bytes[0] === 0x1f && raw.bytes[1] === 0x8b;
  const bytes = isGzip ? unzipHead(raw.bytes) : raw.bytes;
  const isWhole = raw.isWhole && (!isGzip || bytes.length < headBytes);
  const { encoding, markBytes } = sniffEncoding(bytes);
  const body = bytes.subarray(markBytes);
  const head = encoding === 'utf-8' ? body : Buffer.from(new TextDecoder(encoding).decode(body, { stream: true }));
  const isParquet = bytes.length > 8 && bytes.subarray(0, 4).equals(parquetMagic);
  return {
    isGzip,
    encoding,
    markBytes,
    head,
    isWhole,
    isParquet,
    isBinary: !isParquet && looksBinary(head),
    isLfsPointer: head.subarray(0, lfsStart.length).equals(lfsStart),
    isAppleDouble: bytes.length >= 4 && (bytes.readUInt32BE(0) === 0x00051607 || bytes.readUInt32BE(0) === 0x00051600),
  };
}

const parquetMagic = Buffer.from('PAR1');
const lfsStart = Buffer.from('version https://git-lfs.github.com/spec/');

async function readHead(path: string): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(Math.min(headBytes, size));
    let done = 0;
    while (done < buffer.length) {
      const { bytesRead } = await file.read(buffer, done, buffer.length - done, done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return { bytes: buffer.subarray(0, done), isWhole: done >= size };
  } finally {
    await file.close();
  }
}

/** The beginning of a gzip file; a head cut in the middle is no error. */
function unzipHead(bytes: Buffer): Buffer {
  // A small file that unpacks to gigabytes stops at the limit: what came until then is not to be had, so the input is cut.
  for (let take = bytes.length; take >= Math.min(64, bytes.length); take = Math.floor(take / 8)) {
    try {
      return gunzipSync(bytes.subarray(0, take), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: headBytes * 8 }).subarray(0, headBytes);
    } catch {
      // Too large or damaged: a shorter head may do, the reader reports what is damaged.
    }
  }
  return Buffer.alloc(0);
}

function sniffEncoding(bytes: Buffer): { encoding: Encoding; markBytes: number } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', markBytes: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  // Text has no zero bytes but those of UTF-16, nearly all on one side of each pair. Few are enough: Chinese or Japanese
  // text has them in line breaks and separators only, and some of its characters have one on the other side.
  const sample = bytes.subarray(0, 65_536);
  const zeros = countZeros(sample);
  if (zeros.even + zeros.odd >= Math.max(2, sample.length / 100)) {
    if (zeros.odd > zeros.even * 3) return { encoding: 'utf-16le', markBytes: 0 };
    if (zeros.even > zeros.odd * 3) return { encoding: 'utf-16be', markBytes: 0 };
  }
  // A head cut inside a character is still UTF-8.
  for (let cut = 0; cut < 4; cut++) if (isUtf8(bytes.subarray(0, Math.max(0, bytes.length - cut)))) return { encoding: 'utf-8', markBytes: 0 };
  return { encoding: isMostlyUtf8(bytes) ? 'utf-8' : 'windows-1252', markBytes: 0 };
}

/** Some broken bytes in a text that otherwise has valid multi-byte characters: damaged UTF-8 and not Windows-1252. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  let broken = 0;
  let wide = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd) broken++;
    else if (code > 127) wide++;
  }
  return wide > broken;
}

function countZeros(bytes: Buffer): { even: number; odd: number } {
  let even = 0;
  let odd = 0;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== 0) continue;
    if (index % 2 === 0) even++;
    else odd++;
  }
  return { even, odd };
}

function looksBinary(head: Buffer): boolean {
  const sample = head.subarray(0, 65_536);
  let control = 0;
  for (const code of sample) if (code === 0 || (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12 && code !== 27)) control++;
  return control > Math.max(2, sample.length / 200);
}
