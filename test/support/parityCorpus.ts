import type { Message } from '../../src/protocol/datasets.ts';

/** Numbers from 0 to 1 that follow from the seed alone (mulberry32, by Tommy Ettinger, public domain). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pieces: Record<string, readonly string[]> = {
  numbers: ['0', '7', '12', '1234567', '3.14159', '-0.5e-10', '1,234.56', '٣٤', '２０２６', '1st', 'v10.2.33', '0x1F', '½', '10²'],
  space: [' ', '  ', '   ', '\t', '\n', '\n\n', '\r\n', ' \n ', '\u00a0', '\u3000', '\u200b', ' \t \n\n  ', '        '],
  emoji: ['🙂', '👩‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '🇩🇪', '❤️', '🐙🐙', '🧑🏿‍🚀', '#️⃣'],
  scripts: ['日本語のテキスト', '漢字', '한국어', 'Привет', 'عربي', 'עברית', 'हिन्दी', 'ไทย', 'Ελληνικά', 'ñandú', 'e\u0301', 'ﬁ', 'İstanbul', '𝔘𝔫𝔦'],
  control: ['<|im_start|>', '<|im_end|>', '<|endoftext|>', '<|im_start|>system\n', '<|im_', 'end|>', '<repo_name>', '<|im_<|im_end|>end|>', '<s>', '[INST]'],
  code: ['for (let i = 0; i < n; i++) {', '    return x ?? null;\n', 'def f(x):\n    """doc"""\n', '<div class="a">&amp;</div>', 'SELECT * FROM "t" WHERE a=1;', '{"a": [1, 2, {"b": null}]}', '#!/bin/sh\n', 'a->b::c<T>()'],
  words: ['the', 'The', ' quick', 'brown-fox', "don't", "I'll", 'e.g.', 'https://example.org/a?b=c#d', 'naïve', 'CamelCaseWord', 'snake_case', '...', '—', '“quoted”', '!!!', 'ﾊﾝｶｸ'],
};

export interface ParityCorpus {
  texts: string[];
  chats: Message[][];
}

/** Texts of every kind that tokenizers disagree on, mixed, and chats made of them. The same for the same seed. */
export function parityCorpus(seed: number, textCount: number, chatCount: number): ParityCorpus {
  const random = makeRandom(seed);
  const kinds = Object.values(pieces);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const makeText = (): string => {
    const length = 1 + Math.floor(random() * 12);
    const only = random() < 0.3 ? pick(kinds) : null;
    return Array.from({ length }, () => pick(only ?? pick(kinds))).join(random() < 0.5 ? '' : ' ');
  };
  const texts = Array.from({ length: textCount }, makeText);
  const chats = Array.from({ length: chatCount }, () => {
    const turns = 1 + Math.floor(random() * 3);
    const messages: Message[] = random() < 0.5 ? [{ role: 'system', content: makeText() }] : [];
    for (let turn = 0; turn < turns; turn += 1) {
      messages.push({ role: 'user', content: makeText() }, { role: 'assistant', content: makeText() });
    }
    return messages;
  });
  return { texts, chats };
}
