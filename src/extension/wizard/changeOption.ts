import * as vscode from 'vscode';
import { configKeys, type ConfigKey } from '../../protocol/configKeys.ts';
import type { StartResult } from '../../protocol/runResults.ts';
import type { SetEntry } from './presets.ts';
import { valueAt } from './previewFacts.ts';

/** Asks for one training option and its value. Undefined where the person goes back. */
export async function changeOption(plan: StartResult): Promise<SetEntry | undefined> {
  const picked = await vscode.window.showQuickPick(
    configKeys.map((option) => ({ label: option.key, description: JSON.stringify(valueAt(plan.config, option.key) ?? null), detail: option.description, option })),
    { title: 'Change which option?', matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true },
  );
  if (picked === undefined) return undefined;
  const { option } = picked;
  const typed = await vscode.window.showInputBox({
    title: option.key,
    prompt: option.description,
    value: JSON.stringify(valueAt(plan.config, option.key) ?? null).replaceAll('"', ''),
    ignoreFocusOut: true,
    validateInput: (text) => problemOf(option, text),
  });
  if (typed === undefined) return undefined;
  return { key: option.key, value: parseValue(typed) };
}

/** The schema’s own words, or undefined where the value is good. A list is written with commas. */
export function problemOf({ schema }: ConfigKey, text: string): string | undefined {
  const value = parseValue(text);
  const readings = [value, typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value];
  const results = readings.map((reading) => schema.safeParse(reading));
  if (results.some(({ success }) => success)) return undefined;
  return results[0]?.error?.issues[0]?.message ?? 'That is no value for this option.';
}

/** `true`, `null` and numbers are what they say; everything else is text. */
export function parseValue(text: string): SetEntry['value'] {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  if (trimmed === 'null') return null;
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}
