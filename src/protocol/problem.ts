import type { z } from 'zod';

/** What is wrong with a value, for people: follows the value’s name, as in `--limit: must be at least 1`. */
export function problemText(issue: z.core.$ZodIssue, value: unknown): string {
  // A schema's own sentence says more.
  if (!/^(Invalid|Too )/.test(issue.message)) return issue.message;
  const given = typeof value === 'string' || typeof value === 'number' ? `“${String(value)}” ` : '';
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return 'is missing';
      if (issue.expected === 'number') return `${given}is no number`;
      if (issue.expected === 'int') return `${given}is no whole number`;
      return issue.message;
    case 'invalid_value':
      return `${given}is none of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'number' || issue.origin === 'int') return `${given}must be ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`;
      return issue.origin === 'string' || issue.origin === 'array' ? 'is empty' : issue.message;
    case 'too_big':
      if (issue.origin === 'number' || issue.origin === 'int') return `${given}must be ${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}`;
      return issue.origin === 'string' ? `is longer than ${String(issue.maximum)} characters` : issue.message;
    default:
      return issue.message;
  }
}
