import type { TextCounts } from './quality.ts';

type WordCounts = Pick<TextCounts, 'words' | 'trigrams' | 'repeatedTrigrams' | 'sentences' | 'repeatedSentences'>;

/** Thai, Lao, Burmese, Khmer, kana and Han write their words without white space between them. */
const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]/;
const endings = /[.!?。！？｡]/;
/** Shares are what is judged, and the beginning has them: finding words by a dictionary is slow. */
const longest = 1 << 15;
const shortestSentence = 4;

let segmenter: Intl.Segmenter | undefined;

/** Whether a text has words that white space does not tell apart. */
export function isUnspaced(text: string): boolean {
  return unspaced.test(text);
}

/**
 * The counts of the rubric that go by words, for a text in a script without white space between them: words as the
 * Unicode rules and dictionaries of this Node find them. `isRepeated` remembers a hash and says whether it came up before.
 */
export function countUnspacedWords(text: string, isRepeated: (hash: number) => 0 | 1): WordCounts {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'word' });
  const counts: WordCounts = { words: 0, trigrams: 0, repeatedTrigrams: 0, sentences: 0, repeatedSentences: 0 };
  let beforeThat = 0;
  let before = 0;
  let sentence = 0;
  let sentenceWords = 0;
  for (const { segment, isWordLike } of segmenter.segment(text.slice(0, longest).toLowerCase().normalize('NFKC'))) {
    if (isWordLike === true) {
      const word = hashOf(segment);
      counts.words += 1;
      if (counts.words > 2) counts.repeatedTrigrams += isRepeated(Math.imul(beforeThat, 0x85ebca6b) ^ Math.imul(before, 0xc2b2ae35) ^ word);
      beforeThat = before;
      before = word;
      sentence = (Math.imul(sentence, 31) + word) | 0;
      sentenceWords += 1;
    } else if (endings.test(segment)) {
      if (sentenceWords >= shortestSentence) {
        counts.sentences += 1;
        counts.repeatedSentences += isRepeated(sentence ^ 0x5bd1e995);
      }
      sentence = 0;
      sentenceWords = 0;
    }
  }
  counts.trigrams = Math.max(0, counts.words - 2);
  return counts;
}

/** Starts unlike the hashes of words in bytes, which the same memory holds. */
function hashOf(word: string): number {
  let hash = 0x2545f491;
  for (let at = 0; at < word.length; at += 1) hash = (Math.imul(hash, 0x01000193) + word.charCodeAt(at)) | 0;
  return hash;
}
