/** What a UTF-16 unit is to the word splitter. */
const breakClass = 0;
const wordClass = 1;
const singleClass = 2;

const classOf = classes();
const longest = 65_530;

/**
 * Splits text into lower-case words and hashes each: letters, digits and underscores run together, every CJK or Hangul
 * character is a word of its own. Words of one document are collected over several texts.
 */
export class WordHashes {
  readonly hashes = new Int32Array(longest + 6);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add(original: string): void {
    const text = original.toLowerCase();
    const { hashes } = this;
    let count = this.count;
    let word = 0;
    let isInWord = false;
    for (let at = 0; at < text.length && count < longest; at++) {
      const code = text.charCodeAt(at);
      const kind = classOf[code];
      if (kind === wordClass) {
        word = (Math.imul(word, 0x01000193) + code) | 0;
        isInWord = true;
        continue;
      }
      if (isInWord) {
        hashes[count++] = word;
        word = 0;
        isInWord = false;
      }
      if (kind === singleClass) hashes[count++] = Math.imul(code, 0x27d4eb2d);
    }
    if (isInWord) hashes[count++] = word;
    this.count = count;
  }
}

function classes(): Uint8Array {
  return Uint8Array.from({ length: 65_536 }, (_, code) => {
    if ((code >= 48 && code <= 57) || (code >= 97 && code <= 122) || code === 95) return wordClass;
    if (code < 192 || (code >= 0x2000 && code <= 0x206f) || (code >= 0x3000 && code <= 0x303f) || (code >= 0xff00 && code <= 0xff0f)) return breakClass;
    return (code >= 0x2e80 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7af) ? singleClass : wordClass;
  });
}
