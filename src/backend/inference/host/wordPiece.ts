/** llama.cpp's files mark pieces that begin a word; BERT's own vocabularies mark those that go on. */
const wordMark = '▁';
const longestWord = 100;

/**
 * Text as the tokens of an uncased BERT, without those that the model adds around them. Rules and order are those of the
 * tokenizers library (BertNormalizer, BertPreTokenizer, WordPiece). llama.cpp's own differ from those that such models
 * were trained on: it drops vowel signs of Indic scripts, and takes only the first part of a Korean syllable. What came
 * to Unicode lately may still differ, by the versions that both libraries know.
 *
 * `pieces` is the vocabulary of a GGUF file. A control token that a text spells out stays text.
 */
export function makeWordPiece(pieces: readonly string[], unknown: number): (text: string) => number[] {
  const numbers = new Map(pieces.map((piece, number) => [piece, number]));
  return (text) => wordsOf(text).flatMap((word) => piecesOf(word, numbers) ?? [unknown]);
}

function wordsOf(text: string): string[] {
  const clean = Array.from(text, cleaned).join('');
  const plain = clean.normalize('NFD').replaceAll(/\p{Mn}/gu, '');
  // Letter by letter: of a whole text, the last sigma of a word would become another letter.
  const small = Array.from(plain, (letter) => letter.toLowerCase()).join('');
  // Every mark of ASCII stands alone, those that are no punctuation in Unicode too.
  return small.match(/[\p{P}$+<=>^`|~]|[^\p{P}$+<=>^`|~\p{White_Space}]+/gu) ?? [];
}

function cleaned(letter: string): string {
  if (letter === '\ufffd' || /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}]/u.test(letter)) return '';
  if (/\p{White_Space}/u.test(letter)) return ' ';
  return isIdeograph(letter.codePointAt(0) ?? 0) ? ` ${letter} ` : letter;
}

/** The blocks that BERT takes as Chinese, where every sign is a word. */
function isIdeograph(point: number): boolean {
  const blocks = [[0x4e00, 0x9fff], [0x3400, 0x4dbf], [0x20000, 0x2a6df], [0x2a700, 0x2b73f], [0x2b740, 0x2b81f], [0x2b920, 0x2ceaf], [0xf900, 0xfaff], [0x2f800, 0x2fa1f]];
  return blocks.some(([first = 0, last = 0]) => point >= first && point <= last);
}

/** The longest pieces from the left; undefined where a rest has none, which makes the whole word unknown. */
function piecesOf(word: string, numbers: ReadonlyMap<string, number>): number[] | undefined {
  const letters = Array.from(word);
  if (letters.length > longestWord) return undefined;
  const found: number[] = [];
  let start = 0;
  while (start < letters.length) {
    let end = letters.length;
    let number: number | undefined;
    while (end > start && number === undefined) {
      number = numbers.get((start === 0 ? wordMark : '') + letters.slice(start, end).join(''));
      if (number === undefined) end -= 1;
    }
    if (number === undefined) return undefined;
    found.push(number);
    start = end;
  }
  return found;
}
