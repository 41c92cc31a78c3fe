import type { Severity } from '../../../protocol/datasets.ts';

interface CodeEntry {
  severity: Severity;
  fix: string | null;
}

const entry = (severity: Severity, fix: string | null): CodeEntry => ({ severity, fix });
const error = (fix: string | null): CodeEntry => entry('error', fix);
const warning = (fix: string | null): CodeEntry => entry('warning', fix);
const info = (fix: string | null): CodeEntry => entry('info', fix);

/**
 * Every problem that a row can have. Codes and severities are stable: callers and scripts branch on them.
 * error: the row is left out; warning: kept, look at it; info: kept, said so that nothing is lost silently.
 */
export const issueCodes = {
  json_syntax: error('Correct the JSON at this column.'),
  json_trailing_comma: error('Remove the comma before the closing bracket.'),
  json_not_finite: error('Write null instead: NaN and Infinity are not JSON (Python: json.dumps(..., allow_nan=False) finds where they come from).'),
  json_python_literal: error('Write true, false or null: this line was printed by Python, use json.dumps.'),
  json_single_quotes: error('Use double quotes: this line was printed by Python or JavaScript, not written as JSON.'),
  json_control_character: error('Write it as an escape such as \\n, \\t or \\u0000.'),
  json_truncated: error('The line ends too early: complete it, and write each object on one line.'),
  json_extra_text: error('Write one JSON value per line and nothing after it.'),
  json_too_deep: error('Flatten the value: no training format nests this deep.'),
  json_duplicate_key: warning('Keep one of the two keys.'),
  json_number_precision: warning('Write the number as a text in quotes.'),
  json_lone_surrogate: warning('Replace the broken character: half of a surrogate pair is no text.'),
  key_reserved: info(null),

  row_empty: error('Remove the empty row.'),
  row_not_object: error('Write each row as a JSON object, such as {"messages": [...]}.'),
  row_shape: error('Add the missing columns, or name the right ones with --map target=column.'),
  format_none: error('Name the columns with --map, for example --map prompt=question --map completion=answer.'),
  format_ambiguous: error('Choose one with --format NAME, or name the columns with --map.'),
  format_mixed: warning('Keep rows of one format in a file.'),
  map_missing: error('Check the column or path that --map names: this row does not have it.'),

  messages_empty: error('Add at least one user and one assistant turn.'),
  message_shape: error('Write each turn as {"role": "user", "content": "..."} or {"from": "human", "value": "..."}.'),
  role_unknown: error('Use system, user, assistant or tool (or a known name such as human, gpt, bot, model).'),
  content_invalid: error('Write the content as a text or as a list of parts.'),
  content_as_text: info('Write it as a text to choose its form yourself.'),
  content_empty: warning('Fill in the turn or remove it.'),
  answer_empty: error('Fill in the answer, or give the turn weight 0.'),
  prompt_empty: error('Fill in the prompt.'),
  text_empty: error('Fill in the text or remove the row.'),
  assistant_missing: error('Add an assistant turn: without one there is nothing to train.'),
  nothing_trained: warning('Give at least one assistant turn a weight above 0.'),
  system_not_first: warning('Move the system turn to the front: many chat templates refuse it elsewhere.'),
  system_repeated: warning('Merge the system turns into the first.'),
  roles_consecutive: warning('Merge turns of the same role that follow each other.'),
  role_order: warning('Begin with the user after the system turn, and let roles alternate.'),
  last_not_assistant: warning('End with an assistant turn: what follows the last one is never trained.'),
  content_overlong: warning('Split the row: it is longer than the context of most models.'),
  part_not_trainable: warning('Only text parts are trained; describe the image in words or leave the row out.'),
  message_fields: info(null),
  system_conflict: warning('Keep one system prompt.'),

  weight_invalid: error('Use a number from 0 up, or true or false.'),
  weight_ignored: info('Only assistant turns are trained.'),
  mask_meaning: warning('Use weight (0 or 1), loss or train: "mask" is read as "not trained", which some tools mean the other way round.'),

  tools_invalid: error('Write tools as a list of {"type": "function", "function": {"name": ...}}, or as its JSON text.'),
  tool_call_invalid: error('A tool call needs a function name.'),
  tool_arguments_invalid: error('Write the arguments as a JSON object, or as the JSON text of one.'),
  tool_call_unanswered: warning('Add a tool turn with the result after the call.'),
  tool_result_orphan: warning('Put the tool call before its result.'),
  tool_undeclared: warning('Declare the tool in tools.'),
  tools_missing: warning('Declare the tools in tools, so that the template can show them to the model.'),
  tool_calls_as_text: info('The calls stay text and are trained as text; structured tool_calls would follow the model’s own template.'),
  tools_in_system: info('The tools are written in the system prompt already, so the tools column is kept aside and not rendered a second time.'),

  pair_equal: error('Remove the pair: the chosen and the rejected answer are the same.'),
  pair_prompt_differs: error('Give both answers the same prompt.'),
  label_invalid: error('Use true or false, 1 or 0, "good" or "bad".'),

  columns_kept: info('It is kept in meta and not trained; use --map to train it.'),
  column_index: info('It numbers the rows and is kept in meta.'),

  text_invisible: warning('Remove the invisible characters, unless they are meant.'),
  text_control: warning('Remove the control characters.'),
  text_mojibake: warning('Read the file with the encoding it was written in: this text was decoded wrongly once.'),
  text_replacement: warning('Read the file with the encoding it was written in: characters were lost.'),
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

/** Builds a problem; severity and fix come from the table. `fix` is given where the case allows a better one. */
export function rowIssue(code: IssueCode, message: string, at: { column?: number; path?: string; fix?: string } = {}): RowIssue {
  const known: CodeEntry = issueCodes[code];
  return { code, severity: known.severity, column: at.column ?? null, path: at.path ?? null, message, fix: at.fix ?? known.fix };
}
