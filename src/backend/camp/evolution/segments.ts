/** A part of a prompt that can be left out: a sentence, a list item, a block of code. Positions are in UTF-16 units. */
export interface Segment {
  text: string;
  start: number;
  end: number;
}

/**
 * The segments of a prompt, in order. Sentences are told apart within lines; a heading or a line that ends with a colon
 * goes with what follows it; a fenced block is one. Where there are more than `most`, the shortest neighbours are taken
 * together.
 */
export function splitPrompt(prompt: string, most: number): Segment[] {
  const spans = lines(prompt).flatMap((line) => (isOneSegment(line.text) ? [line] : sentences(line)));
  const segments = spans.reduce<Segment[]>((before, span) => {
    const last = before.at(-1);
    return last !== undefined && leadsIn(last.text) ? [...before.slice(0, -1), between(prompt, last.start, span.end)] : [...before, span];
  }, []);
  return joinShortest(segments, most, (left, right) => between(prompt, left.start, right.end));
}

/** Segments taken together, the shortest neighbours first, until there are `most`. `join` gives null for two that can't be. */
export function joinShortest<Part extends Segment>(segments: readonly Part[], most: number, join: (left: Part, right: Part) => Part | null): Part[] {
  let parts = [...segments];
  while (parts.length > most) {
    const pairs = parts.slice(1).flatMap((right, index) => {
      const left = parts[index];
      const joined = left === undefined ? null : join(left, right);
      return joined === null ? [] : [{ index, joined }];
    });
    const [first, ...rest] = pairs;
    if (first === undefined) break;
    const shortest = rest.reduce((best, pair) => (lengthOf(pair.joined) < lengthOf(best.joined) ? pair : best), first);
    parts = parts.flatMap((part, index) => {
      if (index === shortest.index + 1) return [];
      return index === shortest.index ? [shortest.joined] : [part];
    });
  }
  return parts;
}

/** The prompt without some segments of it, with the white space around each hole closed. */
export function withoutSegments(prompt: string, segments: readonly Segment[]): string {
  return [...segments].sort((a, b) => b.start - a.start).reduce((text, { start, end }) => {
    const [before, after] = [text.slice(0, start), text.slice(end)];
    const [left, right] = [before.trimEnd(), after.trimStart()];
    if (left === '' || right === '') return left + right;
    const gap = before.slice(left.length) + after.slice(0, after.length - right.length);
    const breaks = gap.split('\n').length - 1;
    return left + (breaks === 0 ? ' ' : breaks > 2 || /\n\s*\n/.test(before.slice(left.length)) ? '\n\n' : '\n') + right;
  }, prompt);
}

function lengthOf({ start, end }: Segment): number {
  return end - start;
}

function lines(prompt: string): Segment[] {
  const found: Segment[] = [];
  for (const match of prompt.matchAll(/^[ \t]*(`{3,}|~{3,})[\s\S]*?(?:^[ \t]*\1[ \t]*$|(?![\s\S]))|^.*$/gm)) {
    const trimmed = match[0].trim();
    if (trimmed === '') continue;
    const start = match.index + match[0].indexOf(trimmed);
    found.push(between(prompt, start, start + trimmed.length));
  }
  return found;
}

function sentences(line: Segment): Segment[] {
  return [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(line.text)].flatMap(({ segment, index }) => {
    const text = segment.trim();
    const start = line.start + index + segment.indexOf(text);
    return text === '' ? [] : [{ text, start, end: start + text.length }];
  });
}

function isOneSegment(text: string): boolean {
  return /^(?:`{3,}|~{3,}|[-*+] |\d+[.)] |#{1,6} )/.test(text);
}

function leadsIn(text: string): boolean {
  return /^#{1,6} [^\n]*$/.test(text) || /:$/.test(text);
}

function between(prompt: string, start: number, end: number): Segment {
  return { text: prompt.slice(start, end), start, end };
}
