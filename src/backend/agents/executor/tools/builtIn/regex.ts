import { z } from 'zod';
import { failure } from '../../../../../protocol/errors.ts';
import { callWithin } from '../../../../platform/boundedCall.ts';
import { defineTool } from '../defineTool.ts';
import { compilePattern } from '../pattern.ts';

const timeMs = 2000;
const mostMatches = 100;

export const regex = defineTool({
  name: 'regex',
  description: 'Finds or replaces by a regular expression (RE2: no look-around, no back-references). find answers with a JSON array of {match, index, groups}; replace with the new text, where $1 is the first group.',
  input: z.object({
    operation: z.enum(['find', 'replace']).default('find'),
    pattern: z.string().max(1000),
    flags: z.string().max(5).default('').describe('i, m, s'),
    text: z.string().max(200_000),
    replacement: z.string().max(10_000).default(''),
  }),
  run: ({ operation, pattern, flags, text, replacement }) => {
    const compiled = compilePattern(pattern, flags);
    const done = callWithin(timeMs, () => {
      const matcher = compiled.matcher(text);
      if (operation === 'replace') return matcher.replaceAll(replacement);
      const matches: { match: string | null; index: number; groups: (string | null)[] }[] = [];
      while (matches.length < mostMatches && matcher.find()) {
        matches.push({ match: matcher.group(), index: matcher.start(), groups: Array.from({ length: matcher.groupCount() }, (_, group) => matcher.group(group + 1)) });
      }
      return JSON.stringify(matches);
    });
    if (done === null) throw failure('tool_timeout', 'The pattern took too long on this text.');
    return done.value;
  },
});
