import type { Grade } from './grader.ts';

/**
 * Compares two JSON documents. `valid`: the whole answer is JSON. `exact`: it equals the expected document, whatever the
 * order of keys. `fields`: share of equal fields among all fields that either has, which is the score; a field that was
 * made up counts like one that is missing. Documents that are not objects have one field, themselves.
 */
export function gradeJsonFields(answer: string, expected: string): Grade {
  const wanted = parse(expected);
  const given = parse(answer);
  const isValid = given.isValid;
  const isExact = isValid && wanted.isValid && sameJson(given.value, wanted.value);
  const fields = !isValid || !wanted.isValid ? 0 : shareOfFields(given.value, wanted.value);
  return { score: fields, measures: { valid: isValid ? 1 : 0, exact: isExact ? 1 : 0, fields } };
}

function shareOfFields(given: unknown, wanted: unknown): number {
  if (!isObject(wanted) || !isObject(given)) return sameJson(given, wanted) ? 1 : 0;
  const keys = new Set([...Object.keys(wanted), ...Object.keys(given)]);
  if (keys.size === 0) return 1;
  const equal = [...keys].filter((key) => Object.hasOwn(given, key) && Object.hasOwn(wanted, key) && sameJson(given[key], wanted[key]));
  return equal.length / keys.size;
}

function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
  }
  return a === b;
}

function parse(text: string): { isValid: boolean; value: unknown } {
  try {
    return { isValid: true, value: JSON.parse(text) };
  } catch {
    // Not JSON is a finding, not a failure.
    return { isValid: false, value: null };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
