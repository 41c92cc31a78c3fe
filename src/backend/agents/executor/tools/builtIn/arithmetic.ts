import { usageError } from '../../../../../protocol/errors.ts';

const longest = 1000;
const deepest = 100;

const constants = new Map([['pi', Math.PI], ['e', Math.E]]);
const functions = new Map<string, (...values: number[]) => number>([
  ['sqrt', Math.sqrt], ['abs', Math.abs], ['round', Math.round], ['floor', Math.floor], ['ceil', Math.ceil], ['exp', Math.exp], ['ln', Math.log], ['log10', Math.log10], ['log2', Math.log2],
  ['sin', Math.sin], ['cos', Math.cos], ['tan', Math.tan], ['min', Math.min], ['max', Math.max],
]);
const lists = new Set(['min', 'max']);

/**
 * The value of an arithmetic expression: numbers, + - * / % ^, parentheses, pi, e and a few functions. Throws
 * `expression_invalid`, with the place where reading stopped.
 */
export function evaluateArithmetic(text: string): number {
  if (text.length > longest) throw usageError('expression_invalid', `An expression is at most ${String(longest)} characters long.`);
  return new Reader(text).whole();
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): number {
    const value = this.#sum();
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#problem('an operator');
    if (!Number.isFinite(value)) throw usageError('expression_invalid', 'The result is no finite number.', { hint: 'Look for a division by zero.' });
    return value;
  }

  #sum(): number {
    let value = this.#product();
    for (let sign = this.#take('+-'); sign !== null; sign = this.#take('+-')) value = sign === '+' ? value + this.#product() : value - this.#product();
    return value;
  }

  #product(): number {
    let value = this.#signed();
    for (let sign = this.#take('*×/÷%'); sign !== null; sign = this.#take('*×/÷%')) {
      const right = this.#signed();
      value = sign === '%' ? value % right : sign === '/' || sign === '÷' ? value / right : value * right;
    }
    return value;
  }

  /** A sign binds less than a power: -2^2 is -4. */
  #signed(): number {
    this.#enter();
    const sign = this.#take('+-−');
    const value = sign === null ? this.#power() : sign === '+' ? this.#signed() : -this.#signed();
    this.#depth -= 1;
    return value;
  }

  #power(): number {
    const base = this.#atom();
    if (!this.#takePower()) return base;
    return base ** this.#signed();
  }

  #atom(): number {
    if (this.#take('(') !== null) {
      const value = this.#sum();
      this.#expect(')');
      return value;
    }
    const number = this.#match(/(?:\d+(?:_\d+)*)?\.?\d+(?:[eE][+-]?\d+)?\.?/y);
    if (number !== null) return Number(number.replaceAll('_', ''));
    const name = this.#match(/[A-Za-z][A-Za-z0-9]*/y)?.toLowerCase();
    if (name === undefined) throw this.#problem('a number');
    const constant = constants.get(name);
    if (constant !== undefined) return constant;
    const work = functions.get(name);
    if (work === undefined) throw this.#problem(`a function other than ${name}`);
    this.#expect('(');
    const values = [this.#sum()];
    while (lists.has(name) && this.#take(',') !== null) values.push(this.#sum());
    this.#expect(')');
    return work(...values);
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > deepest) throw usageError('expression_invalid', 'The expression is nested too deep.');
  }

  #take(characters: string): string | null {
    this.#skipBlanks();
    const next = this.#text[this.#at];
    // Two stars are a power.
    if (next === undefined || !characters.includes(next) || (next === '*' && this.#text[this.#at + 1] === '*')) return null;
    this.#at += 1;
    return next;
  }

  #takePower(): boolean {
    return this.#match(/\^|\*\*/y) !== null;
  }

  #expect(character: string): void {
    if (this.#take(character) === null) throw this.#problem(character);
  }

  #match(pattern: RegExp): string | null {
    this.#skipBlanks();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #problem(expected: string): Error {
    return usageError('expression_invalid', `At character ${String(this.#at + 1)} of ${JSON.stringify(this.#text)}: expected ${expected}.`);
  }
}
