import type { Severity } from '../../../protocol/datasets.ts';
import { maskSecrets } from './secrets.ts';

interface CodeEntry {
  severity: Severity;
  /** What the code says, as docs/datasets.md and docs/issues.md have it. */
  sentence: string;
  fix: string | null;
}

const entry = (severity: Severity, sentence: string, fix: string | null): CodeEntry => ({ severity, sentence, fix });
const error = (sentence: string, fix: string | null): CodeEntry => entry('error', sentence, fix);
const warning = (sentence: string, fix: string | null): CodeEntry => entry('warning', sentence, fix);
const info = (sentence: string, fix: string | null): CodeEntry => entry('info', sentence, fix);

/**
 * Every problem that a row can have. Codes and severities are stable: callers and scripts branch on them.
 * error: the row is left out; warning: kept, look at it; info: kept, said so that nothing is lost silently.
 */
export const issueCodes = {
  json_syntax: error('The line is not JSON; the column is that of the first wrong character.', 'Correct the JSON at this column.'),
  json_trailing_comma: error('A comma before a closing bracket.', 'Remove the comma before the closing bracket.'),
  json_not_finite: error('`NaN`, `Infinity` or `-Infinity`.', 'Write null instead: NaN and Infinity are not JSON (Python: json.dumps(..., allow_nan=False) finds where they come from).'),
  json_python_literal: error('`True`, `False` or `None`.', 'Write true, false or null: this line was printed by Python, use json.dumps.'),
  json_single_quotes: error('Texts in single quotes.', 'Use double quotes: this line was printed by Python or JavaScript, not written as JSON.'),
  json_control_character: error('A raw control character such as byte 0 or a tab.', 'Write it as an escape such as \\n, \\t or \\u0000.'),
  json_truncated: error('The line ends within a value.', 'The line ends too early: complete it, and write each object on one line.'),
  json_extra_text: error('Something follows the value on its line.', 'Write one JSON value per line and nothing after it.'),
  json_too_deep: error('More than 512 levels.', 'Flatten the value: no training format nests this deep.'),
  json_duplicate_key: warning('A key twice in one object; the last one counts.', 'Keep one of the two keys.'),
  json_number_precision: warning('A number that a double cannot hold; its digits are kept as a text.', 'Write the number as a text in quotes.'),
  json_lone_surrogate: warning('Half of a surrogate pair; it becomes U+FFFD.', 'Replace the broken character: half of a surrogate pair is no text.'),
  key_reserved: info('A key called `__proto__`; it is kept as a plain key and has no effect.', null),

  row_empty: error('An object without columns.', 'Remove the empty row.'),
  row_not_object: error('A number, a truth value or null where a row should be.', 'Write each row as a JSON object, such as {"messages": [...]}.'),
  row_shape: error('The columns of the format are missing, or the row is of a kind that cannot stand beside the others.', 'Add the missing columns, or name the right ones with --map target=column.'),
  format_none: error('No format fits.', 'Name the columns with --map, for example --map prompt=question --map completion=answer.'),
  format_ambiguous: error('Several formats fit equally well.', 'Choose one with --format NAME, or name the columns with --map.'),
  format_mixed: warning('A row of another format than its file, of the same kind; it was converted.', 'Keep rows of one format in a file.'),
  map_missing: error('`--map` names something that this row does not have.', 'Check the column or path that --map names: this row does not have it.'),

  messages_empty: error('A conversation without turns.', 'Add at least one user and one assistant turn.'),
  message_shape: error('A turn that is no object or has no role, or turns that are no list.', 'Write each turn as {"role": "user", "content": "..."} or {"from": "human", "value": "..."}.'),
  role_unknown: error('A role that no known name stands for.', 'Use system, user, assistant or tool (or a known name such as human, gpt, bot, model).'),
  content_invalid: error('A content part without type and text.', 'Write the content as a text or as a list of parts.'),
  content_as_text: info('A number, object or list where a text should be; it is kept as text.', 'Write it as a text to choose its form yourself.'),
  content_empty: warning('An empty user turn.', 'Fill in the turn or remove it.'),
  answer_empty: error('An empty answer that would be trained.', 'Fill in the answer, or give the turn weight 0.'),
  prompt_empty: error('Nothing before the first answer.', 'Fill in the prompt.'),
  text_empty: error('A text of nothing but white space.', 'Fill in the text or remove the row.'),
  assistant_missing: error('A conversation without an assistant turn.', 'Add an assistant turn: without one there is nothing to train.'),
  nothing_trained: warning('Every assistant turn has weight 0.', 'Give at least one assistant turn a weight above 0.'),
  system_not_first: warning('A system turn later in the conversation.', 'Move the system turn to the front: many chat templates refuse it elsewhere.'),
  system_repeated: warning('More than one system turn.', 'Merge the system turns into the first.'),
  roles_consecutive: warning('Two turns of one role follow each other.', 'Merge turns of the same role that follow each other.'),
  role_order: warning('The conversation begins with the assistant, or the user speaks right after a tool result.', 'Begin with the user after the system turn, and let roles alternate.'),
  last_not_assistant: warning('The last turn is not an assistant turn.', 'End with an assistant turn: what follows the last one is never trained.'),
  content_overlong: warning('A turn of more than 200,000 characters.', 'Split the row: it is longer than the context of most models.'),
  part_not_trainable: warning('An image, sound or file part; it is kept.', 'Only text parts are trained; describe the image in words or leave the row out.'),
  message_fields: info('A field of a turn that the normal form has no place for; it is not kept.', null),
  system_conflict: warning('A system column beside another system turn; the turn counts, the column stays in meta.', 'Keep one system prompt.'),

  weight_invalid: error('A weight that is no weight, or two that contradict each other.', 'Use a number from 0 up, or true or false.'),
  weight_ignored: info('A weight on a turn that is not an assistant turn.', 'Only assistant turns are trained.'),
  mask_meaning: warning('A key called `mask`, read as “not trained”.', 'Use weight (0 or 1), loss or train: "mask" is read as "not trained", which some tools mean the other way round.'),

  tools_invalid: error('`tools` is no list of tools.', 'Write tools as a list of {"type": "function", "function": {"name": ...}}, or as its JSON text.'),
  tool_call_invalid: error('A tool call without a function name.', 'A tool call needs a function name.'),
  tool_arguments_invalid: error('Arguments that are no JSON object.', 'Write the arguments as a JSON object, or as the JSON text of one.'),
  tool_call_unanswered: warning('A tool call whose result is missing.', 'Add a tool turn with the result after the call.'),
  tool_result_orphan: warning('A tool result that answers no call.', 'Put the tool call before its result.'),
  tool_undeclared: warning('A call of a tool that `tools` does not list.', 'Declare the tool in tools.'),
  tools_missing: warning('Tools are called and none is declared.', 'Declare the tools in tools, so that the template can show them to the model.'),
  tool_calls_as_text: info('Calls that are written as text (Hermes, ToolACE).', 'The calls stay text and are trained as text; structured tool_calls would follow the model’s own template.'),
  tools_in_system: info('A `tools` column beside a system prompt that lists the tools; it stays in meta.', 'The tools are written in the system prompt already, so the tools column is kept aside and not rendered a second time.'),

  pair_equal: error('Chosen and rejected are the same.', 'Remove the pair: the chosen and the rejected answer are the same.'),
  pair_prompt_differs: error('The two conversations do not begin alike.', 'Give both answers the same prompt.'),
  label_invalid: error('A verdict that is neither good nor bad.', 'Use true or false, 1 or 0, "good" or "bad".'),

  columns_kept: info('A column that the format has no place for.', 'It is kept in meta and not trained; use --map to train it.'),
  column_index: info('A column of row numbers.', 'It numbers the rows and is kept in meta.'),

  text_invisible: warning('An invisible character: zero-width space, bidirectional override, tag character.', 'Remove the invisible characters, unless they are meant.'),
  text_control: warning('A control character written as an escape.', 'Remove the control characters.'),
  text_mojibake: warning('Traces of a wrong decoding such as `Ã©`.', 'Read the file with the encoding it was written in: this text was decoded wrongly once.'),
  text_secret: warning('A key, token or password, such as an API key or a private key; it is shown masked.', 'Replace the secret by a placeholder and withdraw it: a model can repeat what it was trained on.'),
  text_replacement: warning('U+FFFD: a character was lost before.', 'Read the file with the encoding it was written in: characters were lost.'),
} as const satisfies Record<string, CodeEntry>;

export type IssueCode = keyof typeof issueCodes;

/** A problem within one row; the reader adds file and line. `column` counts from 1 in UTF-16 units. */
export interface RowIssue {
  code: IssueCode;
  severity: Severity;
  column: number | null;
  path: string | null;
  message: string;
  fix: string | null;
}

export type Report = (issue: RowIssue) => void;

/**
 * Builds a problem; severity and fix come from the table. `fix` is given where the case allows a better one. A token in a
 * name that the message or the path quotes is masked: problems are stored and shown.
 */
export function rowIssue(code: IssueCode, message: string, at: { column?: number; path?: string; fix?: string } = {}): RowIssue {
  const known: CodeEntry = issueCodes[code];
  return { code, severity: known.severity, column: at.column ?? null, path: at.path === undefined ? null : withoutToken(at.path), message: withoutToken(message), fix: at.fix ?? known.fix };
}

function withoutToken(text: string): string {
  return longToken.test(text) ? maskSecrets(text) : text;
}

const longToken = /[A-Za-z0-9_-]{20}/;
