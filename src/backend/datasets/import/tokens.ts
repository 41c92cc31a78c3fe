import type { DatasetRow, Message } from '../../../protocol/datasets.ts';

/** Characters per token of ASCII text. */
const asciiCharsPerToken = 4;
/** A turn's role and its markers. */
const tokensPerTurn = 5;

/**
 * Estimates the tokens of a row for the built-in model's byte-level tokenizer, without tokenising. `characters` are
 * the UTF-16 units of all its text. ASCII takes 4 characters a token; other scripts are counted by
 * class, by what the tokenizer makes of each. `isAscii` says that no text needs that look.
 */
export function estimateTokens(row: DatasetRow, characters: number, isAscii: boolean): number {
  if (isAscii) return Math.max(1, Math.round(characters / asciiCharsPerToken + countTurns(row) * tokensPerTurn));
  let wideCharacters = 0;
  let wideTokens = 0;
  let turns = 0;
  const add = (text: string): void => {
    if (Buffer.byteLength(text) === text.length) return;
    wideCharacters += text.length;
    wideTokens += estimateWideTokens(text);
  };
  const addTurns = (messages: readonly Message[]): void => {
    turns += messages.length;
    for (const message of messages) if (typeof message.content === 'string') add(message.content);
  };
  switch (row.kind) {
    case 'text':
      add(row.text);
      break;
    case 'chat':
      addTurns(row.messages);
      break;
    case 'preference':
      addTurns(row.messages);
      addTurns(row.chosen);
      addTurns(row.rejected);
      break;
    case 'kto':
      addTurns(row.messages);
      addTurns(row.completion);
      break;
  }
  const asciiCharacters = Math.max(0, characters - wideCharacters);
  return Math.max(1, Math.round(asciiCharacters / asciiCharsPerToken + wideTokens + turns * tokensPerTurn));
}

/** Turns of a row, answers included; a text counts as one. */
export function countTurns(row: DatasetRow): number {
  switch (row.kind) {
    case 'text':
      return 1;
    case 'chat':
      return row.messages.length;
    case 'preference':
      return row.messages.length + row.chosen.length + row.rejected.length;
    case 'kto':
      return row.messages.length + row.completion.length;
  }
}

function estimateWideTokens(text: string): number {
  let ascii = 0;
  let latin = 0;
  let alphabetic = 0;
  let ideographic = 0;
  let surrogates = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) ascii++;
    else if (code < 0x370) latin++;
    else if (code >= 0xd800 && code < 0xe000) surrogates++;
    else if (code >= 0x2e80) ideographic++;
    else alphabetic++;
  }
  return ascii / asciiCharsPerToken + latin * 0.8 + alphabetic * 1.1 + ideographic * 1.9 + surrogates * 1.5;
}
