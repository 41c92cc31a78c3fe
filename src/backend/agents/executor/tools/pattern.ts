import { RE2JS, RE2JSException } from 're2js';
import { usageError } from '../../../../protocol/errors.ts';

/**
 * A regular expression whose matching takes time in proportion to the text (RE2): a pattern that a model or a file wrote
 * can't stop the process. `flags`: i, m and s, as in JavaScript.
 */
export function compilePattern(source: string, flags: string): RE2JS {
  if (source.length > 1000) throw usageError('pattern_invalid', 'A pattern is at most 1000 characters long.');
  let bits = 0;
  for (const flag of flags) {
    const bit = flagBits.get(flag);
    if (bit === undefined) throw usageError('pattern_invalid', `There is no flag ${JSON.stringify(flag)}; there are i, m and s.`);
    bits |= bit;
  }
  try {
    return RE2JS.compile(source, bits);
  } catch (error) {
    if (error instanceof RE2JSException) throw usageError('pattern_invalid', `This pattern can’t be used: ${error.message}`, { hint: 'Look-around and back-references are not there: they can take for ever.', cause: error });
    throw error;
  }
}

const flagBits = new Map<string, number>([['i', RE2JS.CASE_INSENSITIVE], ['m', RE2JS.MULTILINE], ['s', RE2JS.DOTALL], ['g', 0], ['u', 0]]);
