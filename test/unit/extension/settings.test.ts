import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { settingScopes, settingsSchema } from '../../../src/protocol/settings.ts';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const manifestSchema = z.object({ contributes: z.object({ configuration: z.object({ properties: z.record(z.string(), z.looseObject({ default: z.unknown(), scope: z.string(), description: z.string() })) }) }) });
const { properties } = manifestSchema.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))).contributes.configuration;

test('the manifest has the settings of the schema with their defaults, and no other', () => {
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, { default: value }]) => [name.replace(/^trainingCamp\./, ''), value]));
  expect(defaults).toEqual(settingsSchema.parse({}));
});

test('each setting says what it does', () => {
  for (const { description } of Object.values(properties)) expect(description.length).toBeGreaterThan(20);
});

test('a setting that names a path or an interpreter is out of a workspace’s reach', () => {
  for (const [name, { description }] of Object.entries(properties)) {
    if (/folder|interpreter|path|executable/i.test(description)) expect([name, settingScopes[name.replace(/^trainingCamp\./, '') as keyof typeof settingScopes]]).toEqual([name, 'machine']);
  }
});
