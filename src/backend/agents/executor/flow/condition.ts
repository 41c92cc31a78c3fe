import { usageError } from '../../../../protocol/errors.ts';
import type { Condition } from '../../../../protocol/flowSteps.ts';
import { compilePattern } from '../tools/pattern.ts';

export type TextTest = (text: string) => boolean;

/** A condition of a flow, ready to judge texts. */
export function compileTest({ equals, contains, matches, isEmpty }: Condition, stepId: string): TextTest {
  if (equals !== undefined) return (text) => text.trim() === equals.trim();
  if (contains !== undefined) return (text) => text.toLowerCase().includes(contains.toLowerCase());
  if (isEmpty !== undefined) return (text) => (text.trim() === '') === isEmpty;
  try {
    const pattern = compilePattern(matches ?? '', '');
    return (text) => pattern.matcher(text).find();
  } catch (error) {
    throw usageError('flow_step_invalid', `Step ${stepId}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
