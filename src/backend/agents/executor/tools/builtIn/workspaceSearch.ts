import { z } from 'zod';
import type { Clock } from '../../../../platform/clock.ts';
import { defineTool } from '../defineTool.ts';
import { compilePattern } from '../pattern.ts';
import type { Tool } from '../tool.ts';
import { searchableFiles } from './searchableFiles.ts';

const timeMs = 10_000;
const mostFiles = 20_000;
const longestLine = 300;

/** Looks through the text files of the workspace, which it only reads. */
export function workspaceSearch(root: string, clock: Clock): Tool {
  return defineTool({
    name: 'workspace_search',
    description: 'Finds lines in the text files of the workspace. Answers with file:line: text, one a line. Ignored files and files with secrets are not read.',
    input: z.object({
      query: z.string().min(1).max(1000).describe('A text, found in any case of letters; or a regular expression (RE2).'),
      isRegex: z.boolean().default(false),
      folder: z.string().max(1000).default('').describe('Only below this folder, such as src/app.'),
      maxResults: z.int().min(1).max(200).default(50),
    }),
    run: async ({ query, isRegex, folder, maxResults }, signal) => {
      const finds = isRegex ? matcherOf(query) : ((text: string) => (line: string) => line.toLowerCase().includes(text))(query.toLowerCase());
      const overMs = clock.monotonicMs() + timeMs;
      const found: string[] = [];
      let files = 0;
      let isCut = false;
      const isOver = () => (isCut ||= files >= mostFiles || clock.monotonicMs() > overMs);
      search: for await (const file of searchableFiles(root, { folder, signal, isOver })) {
        files += 1;
        for (const [index, line] of file.text.split(/\r?\n/).entries()) {
          if (!finds(line)) continue;
          if (found.length >= maxResults) {
            isCut = true;
            break search;
          }
          found.push(`${file.path}:${String(index + 1)}: ${line.trim().slice(0, longestLine)}`);
        }
      }
      if (found.length === 0) return isCut ? 'Nothing was found before the time was over.' : 'Nothing was found.';
      return [...found, ...(isCut ? ['[There may be more.]'] : [])].join('\n');
    },
  });
}

function matcherOf(source: string): (line: string) => boolean {
  const pattern = compilePattern(source, '');
  return (line) => pattern.matcher(line).find();
}
