import { plainText } from '../common/plainText.ts';

// Places of the editor that read markup out of a text: what people, datasets and models wrote is shown there as it is.

/** For notifications and dialogs, which make `[text](command:…)` a link. */
export function messageText(text: string): string {
  return plainText(text, { keepNewlines: true }).replaceAll('](', '] (');
}

/** For quick-picks and the status bar, where `$(name)` is an icon. */
export function labelText(text: string): string {
  return plainText(text).replaceAll('$(', '\\$(');
}
