import { Template } from '@huggingface/jinja';
import type { Message, ToolDefinition } from '../../../protocol/datasets.ts';
import { failure } from '../../../protocol/errors.ts';
import { strftimeNow } from './templateDate.ts';

/** A piece of a rendered chat: a control token that the template wrote, or text, which is always plain. */
export type ChatPiece = { kind: 'control'; text: string } | { kind: 'text'; text: string };

export interface ChatTextInput {
  template: string;
  messages: Message[];
  tools: ToolDefinition[];
  addGenerationPrompt: boolean;
  /** Texts of the model's control tokens. */
  controlTokens: readonly string[];
  bosToken: string | null;
  eosToken: string | null;
}

/**
 * Renders a chat with the model's own template and tells the template's control tokens from those that a message spells
 * out. The latter are swapped for private-use characters before rendering and back afterwards, so that the template sees
 * (and may trim or test) the real content, and no message can end its turn or open another. Runs of text between control
 * tokens stay whole, as they are when the whole chat is tokenised at once.
 */
export function renderChat(input: ChatTextInput): ChatPiece[] {
  const source = JSON.stringify([input.messages, input.tools, input.template]);
  const disguise = new Disguise(input.controlTokens, source);
  const rendered = renderTemplate(input, disguise);
  const pieces = splitAtControlTokens(rendered, input.controlTokens);
  return splitBeforeAnswers(pieces, openingOf(input)).map((piece) =>
    piece.kind === 'control' ? piece : { kind: 'text', text: disguise.remove(piece.text) },
  );
}

/** What opens an answer: a control token and the text behind it, such as `<|im_start|>` and `assistant\n`. */
interface Opening {
  control: string;
  text: string;
}

/** The end of what the generation prompt adds to a chat; null where that is not a control token with text behind it. */
function openingOf(input: ChatTextInput): Opening | null {
  const trial: ChatTextInput = { ...input, messages: [{ role: 'user', content: 'one' }], tools: [] };
  const disguise = new Disguise([], '');
  let opening: string;
  try {
    const without = renderTemplate({ ...trial, addGenerationPrompt: false }, disguise);
    const whole = renderTemplate({ ...trial, addGenerationPrompt: true }, disguise);
    if (!whole.startsWith(without)) return null;
    opening = whole.slice(without.length);
  } catch {
    // A template that refuses the trial chat shows no opening; its answers are then not cut off.
    return null;
  }
  const [control, text, ...more] = splitAtControlTokens(opening, input.controlTokens);
  return control?.kind === 'control' && text?.kind === 'text' && more.length === 0 ? { control: control.text, text: text.text } : null;
}

function splitBeforeAnswers(pieces: ChatPiece[], opening: Opening | null): ChatPiece[] {
  if (opening === null) return pieces;
  return pieces.flatMap((piece, index) => {
    const isAnswer =
      piece.kind === 'text' && pieces[index - 1]?.text === opening.control && piece.text.startsWith(opening.text) && piece.text !== opening.text;
    if (!isAnswer) return [piece];
    return [{ kind: 'text' as const, text: opening.text }, { kind: 'text' as const, text: piece.text.slice(opening.text.length) }];
  });
}

/** Control tokens of `text` and the text between them; the longest token wins where two match. */
export function splitAtControlTokens(text: string, controlTokens: readonly string[]): ChatPiece[] {
  const pattern = controlPattern(controlTokens);
  if (pattern === null) return text === '' ? [] : [{ kind: 'text', text }];
  const pieces: ChatPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) pieces.push({ kind: 'text', text: text.slice(end, match.index) });
    pieces.push({ kind: 'control', text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces;
}

// The template engine has a strftime_now of its own, with today's date, that a variable cannot take the place of; an
// assignment can. Its line end is dropped as behind every block, so the template still starts at the start of a line.
const fixDate = '{% set strftime_now = fixed_strftime_now %}\n';

function renderTemplate(input: ChatTextInput, disguise: Disguise): string {
  const messages = input.messages.map((message) => disguise.applyTo(templateMessage(message)));
  const tools = input.tools.map((tool) => disguise.applyTo(tool));
  try {
    return new Template(fixDate + input.template).render({
      fixed_strftime_now: strftimeNow,
      messages,
      ...(tools.length === 0 ? {} : { tools }),
      add_generation_prompt: input.addGenerationPrompt,
      bos_token: input.bosToken ?? '',
      eos_token: input.eosToken ?? '',
    });
  } catch (error) {
    throw failure('template_failed', `The model’s chat template refused this chat: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'Some templates want user and assistant to alternate, or know no system or tool turns.',
      cause: error,
    });
  }
}

/** What templates know of a turn; weights and the like are ours. Parts become text, as the trainer makes them. */
function templateMessage(message: Message): Record<string, unknown> {
  const { weight: _weight, content, ...rest } = message;
  return { ...rest, role: message.role === 'developer' ? 'system' : message.role, content: contentText(content) };
}

function contentText(content: Message['content']): string {
  if (content === null) return '';
  if (typeof content === 'string') return content;
  return content.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

const firstPrivateUse = 0xf0000;
const lastPrivateUse = 0xffffd;

/** Stands private-use characters that occur nowhere in the source in for control tokens. */
class Disguise {
  readonly #toMask = new Map<string, string>();
  readonly #toToken = new Map<string, string>();
  readonly #pattern: RegExp | null;

  constructor(controlTokens: readonly string[], source: string) {
    let next = firstPrivateUse;
    for (const token of controlTokens) {
      while (source.includes(String.fromCodePoint(next)) && next < lastPrivateUse) next += 1;
      const mask = String.fromCodePoint(next);
      this.#toMask.set(token, mask);
      this.#toToken.set(mask, token);
      next += 1;
    }
    this.#pattern = controlPattern(controlTokens);
  }

  /** A deep copy of a JSON value with every control token in a string disguised. */
  applyTo(value: unknown): unknown {
    if (typeof value === 'string') {
      return this.#pattern === null ? value : value.replace(this.#pattern, (token) => this.#toMask.get(token) ?? token);
    }
    if (Array.isArray(value)) return value.map((item) => this.applyTo(item));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.applyTo(item)]));
    }
    return value;
  }

  remove(text: string): string {
    let result = '';
    for (const character of text) result += this.#toToken.get(character) ?? character;
    return result;
  }
}

function controlPattern(controlTokens: readonly string[]): RegExp | null {
  const tokens = controlTokens.filter((token) => token !== '').sort((a, b) => b.length - a.length);
  return tokens.length === 0 ? null : new RegExp(tokens.map(escapePattern).join('|'), 'g');
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
