import { prompt, type Prompt } from './quoted.ts';

/**
 * Ways to go about a need that a small model is given, one each, because it can't keep four agents apart by itself. They
 * are part of our question; what is answered is the model's own.
 */
const angles: readonly Prompt[] = [
  prompt`It is brief: it answers in as few words as the task allows.`,
  prompt`It goes step by step: it works the task out in order before it concludes.`,
  prompt`It is structured: it answers under fixed headings or in a list.`,
  prompt`It is careful: it checks what it was given and says what is missing or uncertain.`,
  prompt`It explains: it gives the reason for what it says in plain words.`,
  prompt`It is thorough: it covers special cases too.`,
  prompt`It is friendly: it writes warmly and to the person.`,
  prompt`It is formal: it writes soberly and exactly.`,
];

/** The angle at a position, counted round and round. */
export function angleAt(index: number): Prompt {
  return angles[index % angles.length] ?? prompt``;
}
