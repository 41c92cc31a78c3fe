import { plainContent } from './content.ts';
import type { Message } from '../../../protocol/datasets.ts';

/** What the scan counts over the trained text of a row. Bytes beyond ASCII count as letters. */
export interface TextCounts {
  letters: number;
  digits: number;
  symbols: number;
  words: number;
  trigrams: number;
  repeatedTrigrams: number;
  sentences: number;
  repeatedSentences: number;
}

/** Every reason for which points are taken off, by its bit. docs/datasets.md has the rubric in words. */
export const qualityReasons = [
  'no_words', 'very_short', 'mostly_symbols', 'mostly_digits', 'repeated_phrases', 'repeated_sentences', 'cut_off', 'refusal', 'echoes_prompt', 'damaged_text',
] as const;
export type QualityReason = (typeof qualityReasons)[number];

/** Why points were taken off, from the bits of a scan. */
export function reasonsOf(reasons: number): QualityReason[] {
  return qualityReasons.filter((_reason, index) => (reasons & (1 << index)) !== 0);
}

function bitOf(reason: QualityReason): number {
  return 1 << qualityReasons.indexOf(reason);
}

/** What the last answer looks like, beyond what counting tells. */
export interface AnswerLook {
  /** Starts with a brace or bracket and ends with its partner: data, which is symbols by nature. */
  isStructured: boolean;
  isCutOff: boolean;
  isRefusal: boolean;
  echoesPrompt: boolean;
  isDamaged: boolean;
}

/** Points from 0 to 10 in tenths, and the reasons: starts at 10 and takes off. */
export function judge(counts: TextCounts, look: AnswerLook): { quality: number; reasons: number } {
  let off = 0;
  let reasons = 0;
  const take = (bit: number, points: number): void => {
    if (points <= 0) return;
    off += points;
    reasons |= bit;
  };
  const ink = counts.letters + counts.digits + counts.symbols;
  if (counts.words === 0) take(bits.no_words, 3);
  else if (counts.words < 3 && ink < 12) take(bits.very_short, 1);
  if (!look.isStructured && ink >= 20) {
    const symbolShare = counts.symbols / ink;
    take(bits.mostly_symbols, symbolShare > 0.6 ? 3 : symbolShare > 0.45 ? 1.5 : 0);
    take(bits.mostly_digits, counts.letters / ink < 0.2 && symbolShare <= 0.45 ? 1 : 0);
  }
  if (counts.trigrams > 10) take(bits.repeated_phrases, Math.min(5, 12 * (counts.repeatedTrigrams / counts.trigrams - 0.1)));
  if (counts.sentences > 2) take(bits.repeated_sentences, Math.min(3, (6 * counts.repeatedSentences) / counts.sentences));
  if (look.isCutOff && counts.words >= 40) take(bits.cut_off, 1);
  if (look.isRefusal) take(bits.refusal, 4);
  if (look.echoesPrompt) take(bits.echoes_prompt, 3);
  if (look.isDamaged) take(bits.damaged_text, 2);
  return { quality: Math.max(0, Math.round((10 - off) * 10) / 10), reasons };
}

/** True for answers that begin with a stock refusal. Only the beginning counts: quoting one is no refusal. */
export function isRefusal(answer: string): boolean {
  if (!refusalStarts.has(answer.charCodeAt(0) | 32)) return false;
  const start = answer.slice(0, 60).toLowerCase().replaceAll('’', "'");
  return refusals.some((phrase) => start.startsWith(phrase));
}

/** True for running text that stops within a sentence. The last line of a list needs no full stop. */
export function isCutOff(answer: string): boolean {
  const last = answer.charCodeAt(answer.length - 1);
  const isLetter = (last | 32) >= 97 && (last | 32) <= 122;
  if (!isLetter && !openEndings.has(last)) return false;
  const lineStart = answer.lastIndexOf('\n') + 1;
  return !listMarks.has(answer.charCodeAt(lineStart)) && answer.length - lineStart > 40;
}

/** True when an answer begins with the whole prompt, for prompts long enough that it is no accident. */
export function echoesPrompt(answer: string, prompt: Message | undefined): boolean {
  if (prompt === undefined) return false;
  const text = typeof prompt.content === 'string' ? prompt.content : plainContent(prompt.content);
  return text.length >= 24 && answer.length >= text.length && answer.startsWith(text);
}

function codesOf(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)));
}

const bits = {
  no_words: bitOf('no_words'),
  very_short: bitOf('very_short'),
  mostly_symbols: bitOf('mostly_symbols'),
  mostly_digits: bitOf('mostly_digits'),
  repeated_phrases: bitOf('repeated_phrases'),
  repeated_sentences: bitOf('repeated_sentences'),
  cut_off: bitOf('cut_off'),
  refusal: bitOf('refusal'),
  echoes_prompt: bitOf('echoes_prompt'),
  damaged_text: bitOf('damaged_text'),
};

const refusals = [
  "i'm sorry, but", 'i am sorry, but', "i'm sorry, i can", "i'm sorry, as an", 'sorry, but i can', "sorry, i can't", 'sorry, i cannot',
  'as an ai', "as a language model", 'as a large language model', "i'm an ai", "i am an ai", "i'm just an ai", "i cannot fulfill", "i can't fulfill",
  'i cannot assist', "i can't assist", "i can't help with", 'i cannot help with', 'i am unable to', "i'm unable to", "i'm not able to", 'i am not able to',
  'i apologize, but', "my apologies, but", "unfortunately, i cannot", "unfortunately, i can't", "unfortunately, as an ai",
];
const refusalStarts = codesOf('isaumy');
const openEndings = codesOf(',;:-(');
const listMarks = codesOf('-*•+|#0123456789>`');
