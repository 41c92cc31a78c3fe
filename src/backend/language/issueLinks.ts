import { pathToFileURL } from 'node:url';
import { readTextFile } from '../platform/files.ts';

/** Links to the section of each code in a page of headings. The editor goes to a line (`#L12`), and knows no anchors. */
export function issueLinks(page: string): (code: string) => string {
  const address = pathToFileURL(page).href;
  let lines: Map<string, number> | undefined;
  return (code) => {
    lines ??= headings(readTextFile(page) ?? '');
    const line = lines.get(code);
    return line === undefined ? address : `${address}#L${String(line)}`;
  };
}

/** Lines count from 1. */
function headings(text: string): Map<string, number> {
  return new Map(text.split('\n').flatMap((line, index): [string, number][] => (line.startsWith('### ') ? [[line.slice(4).trim(), index + 1]] : [])));
}
