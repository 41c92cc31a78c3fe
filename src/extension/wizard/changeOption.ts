import * as vscode from 'vscode';
import { configKeys } from '../../protocol/configKeys.ts';
import type { StartResult } from '../../protocol/runResults.ts';
import { parseValue, problemOf } from './optionValue.ts';
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
