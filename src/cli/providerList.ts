import { z } from 'zod';
import { providerListResultSchema, type KeySource, type ProviderSummary } from '../protocol/providers.ts';
import { plainText } from '../common/plainText.ts';
import { defineCommand, type AnyCommand } from './command.ts';
import { priceText } from './priceText.ts';
import { renderTable } from './table.ts';

function listCommand(name: string): AnyCommand {
  return defineCommand({
    name,
    summary: 'List providers of chat models, where their keys come from, and the default model',
    details: 'Reads providers.json, keyring.json and keys.json in the home folder. Providers that were added are asked whether they answer, to say which is the default; no key is ever shown.',
    examples: [`training ${name}`, `training ${name} --json`],
    input: z.object({}),
    result: providerListResultSchema,
    run: async ({ services, signal }) => ({ providers: services.providers.list(), defaultModel: await services.chatModels.defaultModel(signal) }),
    print: (result, out) => {
      const rows = result.providers.map((provider) => [provider.name, provider.isConfigured ? 'added' : 'known', plainText(provider.url), plainText(provider.model ?? ''), keyText(provider), provider.model === null ? '' : priceText(provider.price)]);
      out.line(renderTable(out, ['provider', '', 'address', 'model', 'key', 'price per million tokens'].map((title) => ({ title })), rows));
      out.line(`Where no model is named: ${plainText(result.defaultModel.label)}. ${plainText(result.defaultModel.reason)}`);
    },
  });
}

const keyTexts: Record<KeySource, string> = { editor: 'from the editor', environment: 'from', keyring: 'from the keyring', file: 'from keys.json', missing: 'missing', unneeded: 'not needed' };

function keyText({ keySource, keyEnv }: ProviderSummary): string {
  if (keySource === 'environment') return `${keyTexts.environment} ${keyEnv ?? ''}`;
  return keySource === 'missing' && keyEnv !== null ? `missing: ${keyEnv}` : keyTexts[keySource];
}

export const providerCommand = listCommand('provider');
export const providerListCommand = listCommand('provider list');
