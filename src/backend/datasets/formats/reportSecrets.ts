import { rowIssue, type Report } from './issues.ts';
import { findSecrets } from './secrets.ts';

/** What a row was read from, and how far its secrets have been found in it. Empty where a row was no text of its own. */
export interface RowSource {
  text: string;
  from: number;
}

/** More of one text would say nothing new. */
const mostOfText = 20;

/** Reports each secret of a text once, with its kind and masked: what is reported is stored and shown. */
export function reportSecrets(text: string, path: string, source: RowSource, report: Report): void {
  const said = new Set<string>();
  for (const { kind, start, end, masked } of findSecrets(text)) {
    const value = text.slice(start, end);
    if (said.has(value)) continue;
    said.add(value);
    if (said.size > mostOfText) return;
    const column = columnOf(value, source);
    report(rowIssue('text_secret', `This looks like a secret: ${kind}, ${masked}.`, { path, ...(column === null ? {} : { column }) }));
  }
}

/** Where a secret stands in the source, as it is or as JSON writes it; the same one again is looked for behind the last. */
function columnOf(value: string, source: RowSource): number | null {
  for (const written of [value, JSON.stringify(value).slice(1, -1)]) {
    const behind = source.text.indexOf(written, source.from);
    const at = behind < 0 ? source.text.indexOf(written) : behind;
    if (at < 0) continue;
    source.from = at + written.length;
    return at + 1;
  }
  return null;
}
