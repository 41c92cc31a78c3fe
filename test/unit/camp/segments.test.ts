import { describe, expect, it } from 'vitest';
import { splitPrompt, withoutSegments } from '../../../src/backend/camp/evolution/segments.ts';

const texts = (prompt: string, most = Infinity) => splitPrompt(prompt, most).map(({ text }) => text);

describe('segments of a prompt', () => {
  it('are sentences, list items, and headings with what follows them', () => {
    expect(texts('You are kind. Answer at once!\n\n# Form\nUse JSON. No prose.\n\nRules:\n- One. Two.\n- Three')).toEqual([
      'You are kind.', 'Answer at once!', '# Form\nUse JSON.', 'No prose.', 'Rules:\n- One. Two.', '- Three',
    ]);
  });

  it('keep a fenced block whole, closed or not', () => {
    expect(texts('Like this:\n```json\n{"a": 1. B}\n```\nEnd.')).toEqual(['Like this:\n```json\n{"a": 1. B}\n```', 'End.']);
    expect(texts('Go.\n```\nopen. Still')).toEqual(['Go.', '```\nopen. Still']);
  });

  it('know where they stand, and are none of an empty prompt', () => {
    const prompt = '  Été. 😀 Two. \n\n Three.';
    for (const { text, start, end } of splitPrompt(prompt, Infinity)) expect(prompt.slice(start, end)).toBe(text);
    expect(texts(' \n ')).toEqual([]);
  });

  it('are at most as many as asked for, the shortest neighbours together', () => {
    expect(texts('One sentence that is rather long. A. B. Another one that is long.', 3)).toEqual(['One sentence that is rather long.', 'A. B.', 'Another one that is long.']);
    expect(texts('A. B. C.', 1)).toEqual(['A. B. C.']);
  });

  it('leave no hole behind', () => {
    const without = (prompt: string, ...places: number[]) => withoutSegments(prompt, places.map((place) => splitPrompt(prompt, Infinity)[place]!));
    expect(without('One. Two. Three.', 1)).toBe('One. Three.');
    expect(without('One.\nTwo.\nThree.', 1)).toBe('One.\nThree.');
    expect(without('One.\n\nTwo.\n\nThree.', 1)).toBe('One.\n\nThree.');
    expect(without('One. Two. Three.', 0, 2)).toBe('Two.');
  });
});
