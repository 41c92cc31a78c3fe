import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { providerCommandEntries } from '../contributions/providerCommands.ts';
import type { ProviderSummary } from '../../protocol/providers.ts';
import { labelText } from '../inertText.ts';
import type { HandlersFor } from './command.ts';
import { showWithRepairs } from './problem.ts';

export const providerCommands: HandlersFor<typeof providerCommandEntries> = {
  'trainingCamp.providers.add': async (app) => {
    const chosen = await pickProvider(app, 'Provider of chat models');
    if (chosen.keySource === 'missing') await askKey(app, chosen);
    const { models } = await app.backend.request('providers/models', { name: chosen.name });
    const model = await vscode.window.showQuickPick(models.map(({ id, price }) => ({ label: labelText(id), description: price === null ? 'price unknown' : `$${String(price.inputUsd)} in, $${String(price.outputUsd)} out per million tokens`, id })), { title: `Model of ${chosen.label}`, matchOnDescription: true });
    if (model === undefined) throw new vscode.CancellationError();
    await app.backend.request('providers/add', { name: chosen.name, model: model.id });
    const { defaultModel } = await app.backend.request('providers/list', {});
    showWithRepairs('information', `${labelText(chosen.label)} was added. Where no model is named: ${labelText(defaultModel.label)}.`, []);
  },
  'trainingCamp.providers.setKey': async (app) => {
    const chosen = await pickProvider(app, 'Key of a provider');
    const key = await askKey(app, chosen);
    showWithRepairs('information', key === '' ? `The key of ${labelText(chosen.label)} was removed from this editor.` : `The key of ${labelText(chosen.label)} is kept in this editor’s secret storage.`, []);
  },
};

async function pickProvider({ backend }: App, title: string): Promise<ProviderSummary> {
  const { providers } = await backend.request('providers/list', {});
  const items = providers.map((provider) => ({ label: labelText(provider.label), description: labelText(provider.url), detail: keyText(provider), provider }));
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: 'Others are added on the command line: training provider add NAME --url URL', matchOnDescription: true });
  if (picked === undefined) throw new vscode.CancellationError();
  return picked.provider;
}

/** Keeps what is typed for the provider's address, and hands it to the backend; nothing typed removes the key. */
async function askKey({ backend, keys }: App, { label, url }: ProviderSummary): Promise<string> {
  const { origin } = new URL(url);
  const typed = await vscode.window.showInputBox({ title: `Key of ${label}`, prompt: `It is sent to ${origin} alone. Empty removes it.`, password: true, ignoreFocusOut: true });
  if (typed === undefined) throw new vscode.CancellationError();
  const key = typed.trim();
  await keys.keep(origin, key === '' ? null : key);
  await backend.request('secrets/provide', { keys: await keys.all() });
  return key;
}

function keyText({ keySource, keyEnv }: ProviderSummary): string {
  switch (keySource) {
    case 'editor':
      return 'key in this editor';
    case 'environment':
      return `key in ${keyEnv ?? 'the environment'}`;
    case 'keyring':
      return 'key in the keyring';
    case 'file':
      return 'key in keys.json';
    case 'missing':
      return 'no key yet';
    case 'unneeded':
      return 'on this machine';
  }
}
