import type { Json } from '../../../protocol/json.ts';

export type JsonObject = { [key: string]: Json };

/** JSON.parse with its type: what it gives is JSON. Throws a SyntaxError. */
export function parseJson(text: string): Json {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- JSON.parse is declared as any
  return JSON.parse(text);
}

/** A JSON object: neither null nor a list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads an own key. A key named `__proto__` or `constructor` in a file never reaches a prototype. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own key even where it is called `__proto__`. */
export function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** True when a text has any character that is not white space. */
export function hasInk(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 32 && code !== 0xa0 && code !== 0xfeff && code !== 0x3000 && (code < 0x2000 || code > 0x200d)) return true;
  }
  return false;
}

/** Extends a JSON path: `$.a` plus `b` is `$.a.b`; keys that are no plain names are quoted. */
export function pathOf(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${String(key)}]`;
  return plainName.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key.slice(0, 100))}]`;
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
