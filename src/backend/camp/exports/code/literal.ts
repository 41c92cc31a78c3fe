/**
 * A value as JSON that is a literal of Python and of TypeScript alike, with nothing in it that could end the literal or
 * be shown other than it is: characters that nobody sees or that turn the direction of text are escaped, and half a
 * character pair, which neither language can send, becomes U+FFFD.
 */
export function literal(value: string | number | readonly string[]): string {
  if (typeof value === 'number') return JSON.stringify(value);
  if (typeof value !== 'string') return `[${value.map((item) => literal(item)).join(', ')}]`;
  return JSON.stringify(value.toWellFormed()).replace(/[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
