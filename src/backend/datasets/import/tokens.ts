import type { DatasetRow, Message } from '../../../protocol/datasets.ts';

/** Characters per token of ASCII text: 4.5 in plain English, 3.8 in technical prose, 3.5 in code. */
const asciiCharsPerToken = 4.1;
/** A turn's role and its markers. */
const tokensPerTurn = 5;

/**
 * Estimates the tokens of a row for the built-in model's byte-level tokenizer, without tokenising. `characters` are
 * the UTF-16 units of all its text. Text beyond ASCII is counted by script. `isAscii` says that no text needs that look.
 */
export function estimateTokens(row: DatasetRow, characters: number, isAscii: boolean): number {
  // Training reads the prompt of a preference before each of its answers.
  if (row.kind === 'preference' && row.messages.length > 0) return estimateOnce(row, characters, isAscii) + estimateOnce({ kind: 'chat', messages: row.messages }, lengthOf(row.messages), isAscii);
  return estimateOnce(row, characters, isAscii);
}

function lengthOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + (typeof content === 'string' ? content.length : 0), 0);
}

function estimateOnce(row: DatasetRow, characters: number, isAscii: boolean): number {
  const markers = countTurns(row) * tokensPerTurn;
  if (isAscii) return Math.max(1, Math.round(characters / asciiCharsPerToken + markers));
  let wideCharacters = 0;
  let wideTokens = 0;
  const add = (text: string): void => {
    if (Buffer.byteLength(text) === text.length) return;
    wideCharacters += text.length;
    wideTokens += estimateWideTokens(text);
  };
  const addTurns = (messages: readonly Message[]): void => {
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
  return Math.max(1, Math.round(asciiCharacters / asciiCharsPerToken + wideTokens + markers));
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

/**
 * Tokens of a text with characters beyond ASCII: so many per UTF-16 unit of each class, measured with the tokenizer of
 * the built-in model, which knows mostly English. An accented letter breaks up the word around it, hence its weight.
 */
function estimateWideTokens(text: string): number {
  let tokens = 0;
  for (let index = 0; index < text.length; index++) tokens += tokensPerUnit(text.charCodeAt(index));
  return tokens;
}

function tokensPerUnit(code: number): number {
  if (code < 0x80) return 1 / asciiCharsPerToken;
  if (code < 0x370) return 3.4;
  if (code < 0x590) return 0.9;
  if (code < 0x900) return 1.05;
  if (code < 0x2000) return 1.3;
  if (code < 0x2e80) return 1.5;
  if (code >= 0xac00 && code < 0xd7b0) return 2.6;
  // Halves of surrogate pairs, emoji above all.
  if (code >= 0xd800 && code < 0xe000) return 1.6;
  return 1.7;
}
