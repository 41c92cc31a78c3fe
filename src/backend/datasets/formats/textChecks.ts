import { rowIssue, type Report } from './issues.ts';

/**
 * Looks at one text for characters that nobody meant: invisible ones, control characters, and the traces of a wrong
 * decoding. True when the text is damaged (characters lost or wrong). Only called on texts that gave cause.
 */
export function checkCharacters(text: string, path: string, report: Report): boolean {
  let isDamaged = false;
  const control = controls.exec(text);
  if (control !== null) {
    report(rowIssue('text_control', `There is a control character (${nameOf(control[0])}).`, { path }));
    isDamaged = true;
  }
  const hidden = invisible.exec(text);
  if (hidden !== null && !(isTag(hidden[0]) && text.includes(blackFlag))) {
    report(rowIssue('text_invisible', `There is an invisible character (${nameOf(hidden[0])}).`, { path }));
  }
  if (text.includes('\ufffd')) {
    report(rowIssue('text_replacement', 'There is a replacement character (U+FFFD): something could not be read once.', { path }));
    isDamaged = true;
  }
  const wrong = mojibake.exec(text);
  if (wrong !== null) {
    report(rowIssue('text_mojibake', `${JSON.stringify(wrong[0])} looks like UTF-8 that was read as Windows-1252.`, { path }));
    isDamaged = true;
  }
  return isDamaged;
}

/** True for a control character that no text needs. */
export function isControl(character: string): boolean {
  return controls.test(character);
}

/** True for a character that shows nothing. Tags count: flags are left alone by `checkCharacters`. */
export function isInvisible(character: string): boolean {
  return invisible.test(character);
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function isTag(character: string): boolean {
  return (character.codePointAt(0) ?? 0) >= 0xe0000;
}

const controls = /[\u0000-\u0008\u000e-\u001f\u007f]/;
// Zero-width joiners stay out: emoji, Persian and Indic scripts need them.
const invisible = /[\u00ad\u115f\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\u3164\ufeff]|[\u{e0000}-\u{e007f}]/u;
const mojibake = /\u00c3[\u0080-\u00bf\u0192\u2013-\u203a\u20ac\u2122]|\u00c2[\u0080-\u00bf]|\u00e2\u20ac[\u0090-\u00bf\u02dc\u0153\u2013-\u203a\u20ac\u2122]|\u00f0\u0178|\u00ef\u00bb\u00bf|[\u0080-\u009f]/;
/** Flags of Wales, Scotland and England are a black flag with tags. */
const blackFlag = '\u{1f3f4}';
