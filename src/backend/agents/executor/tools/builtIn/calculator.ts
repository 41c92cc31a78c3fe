import { z } from 'zod';
import { defineTool } from '../defineTool.ts';
import { evaluateArithmetic } from './arithmetic.ts';

export const calculator = defineTool({
  name: 'calculator',
  description: 'Calculates an arithmetic expression with + - * / % ^, parentheses, pi, e, sqrt, abs, round, floor, ceil, min, max, exp, ln, log10, log2, sin, cos, tan (radians). Example: (12.5 + 3) * 4',
  input: z.object({ expression: z.string().max(1000) }),
  // 15 digits are what a double holds for sure: 0.1 + 0.2 is 0.3.
  run: ({ expression }) => String(Number(evaluateArithmetic(expression).toPrecision(15))),
});
