import type { Message, ToolDefinition } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import type { RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { parsedText, toolCallsOf, toolsOf } from './tools.ts';

/** Conversations in one text whose turns begin with a name at the start of a line: Anthropic's HH-RLHF. */
export const humanTurns = {
  isTranscript: (text: string): boolean => /^\s*Human:/.test(text) && text.includes('\n\nAssistant:'),
  /** An empty last assistant turn is the place of the answer and is left out. */
  parse: (text: string): Message[] => {
    const messages = pieces(text, /(?:^\s*|\n\n)(Human|Assistant):[ \t]?/g).map(
      ({ name, body }): Message => ({ role: name === 'Human' ? 'user' : 'assistant', content: body }),
    );
    if (messages.at(-1)?.role === 'assistant' && messages.at(-1)?.content === '') messages.pop();
    return messages;
  },
};

/** Glaive's transcripts: USER, ASSISTANT and FUNCTION RESPONSE, calls behind `<functioncall>`. */
export const callingTurns = {
  isTranscript: (text: string): boolean => /^\s*USER:/.test(text) && text.includes('ASSISTANT:'),
  parse: (text: string, path: string, context: RowContext): Message[] | null => {
    const messages: Message[] = [];
    for (const { name, body } of pieces(text, /(?:^|\n)\s*(USER|ASSISTANT|FUNCTION RESPONSE):[ \t]?/g)) {
      if (name === 'USER') messages.push({ role: 'user', content: body });
      else if (name === 'FUNCTION RESPONSE') messages.push({ role: 'tool', content: body });
      else messages.push(answer(body.replaceAll(endOfText, '').trim(), path, context));
      if (context.isRefused) return null;
    }
    return messages;
  },
};

/** Splits Glaive's system text into the prompt and the declarations that are written out in it. */
export function toolsInSystemText(text: string, path: string, context: RowContext): { text: string; tools: ToolDefinition[] | undefined } {
  const prompt = text.replace(/^SYSTEM:\s*/, '').trim();
  const start = prompt.indexOf('{');
  if (start === -1) return { text: prompt, tools: undefined };
  const objects = jsonObjects(prompt.slice(start));
  if (objects === null) return { text: prompt, tools: undefined };
  return { text: prompt.slice(0, start).replace(/[\s-]+$/, ''), tools: toolsOf(objects, path, context) };
}

function answer(body: string, path: string, context: RowContext): Message {
  const at = body.indexOf(functionCall);
  if (at === -1) return { role: 'assistant', content: body };
  // The arguments stand in single quotes around JSON in double quotes: {"name": "f", "arguments": '{"a": 1}'}.
  const source = body.slice(at + functionCall.length).trim().replace(/("arguments"\s*:\s*)'([\s\S]*)'(\s*\})$/, '$1$2$3');
  const calls = toolCallsOf(source, path, context);
  if (calls === undefined && !context.isRefused) context.report(rowIssue('tool_call_invalid', 'What follows <functioncall> is no call.', { path }));
  const said = body.slice(0, at).trim();
  return { role: 'assistant', content: said === '' ? null : said, ...(calls === undefined ? {} : { tool_calls: calls }) };
}

function pieces(text: string, marker: RegExp): { name: string; body: string }[] {
  const marks = [...text.matchAll(marker)];
  return marks.map((mark, index) => ({
    name: mark[1] ?? '',
    body: text.slice(mark.index + mark[0].length, marks[index + 1]?.index ?? text.length).trim(),
  }));
}

/** JSON objects that follow each other with nothing but white space between; null when anything else is there. */
function jsonObjects(text: string): Json[] | null {
  const whole = parsedText(text);
  if (typeof whole === 'object' && whole !== null) return Array.isArray(whole) ? whole : [whole];
  const list = parsedText(`[${text.replaceAll(/\}\s*\{/g, '},{')}]`);
  return Array.isArray(list) ? list : null;
}

const functionCall = '<functioncall>';
const endOfText = '<|endoftext|>';
