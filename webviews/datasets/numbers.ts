export function oneDecimal(value: number): string {
  return value.toFixed(1);
}

/** A quality reason as words: `very_short` is "very short". */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}
