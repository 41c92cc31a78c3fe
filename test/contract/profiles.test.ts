import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { builtInModel } from '../../src/backend/models/resolveModel.ts';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import { resolveConfiguration } from '../../src/backend/runs/configuration.ts';

const workspace = workspaceAt(path.resolve(import.meta.dirname, '../..'));
const nothing = { model: null, profile: null, campaign: null, configFile: null, entries: [] };
const namesIn = (folder: string) => readdirSync(path.join(workspace.codeAgents, folder)).map((name) => name.replace(/\.ya?ml$/, ''));

test.each(namesIn('models'))('profile %s of the repository resolves', (profile) => {
  const effective = resolveConfiguration(workspace, {}, { ...nothing, profile }, builtInModel);
  expect(effective.profile?.name).toBe(profile);
  expect(Object.values(effective.sources)).toContain('profile');
});

test.each(namesIn('campaigns'))('campaign %s of the repository resolves', (campaign) => {
  const effective = resolveConfiguration(workspace, {}, { ...nothing, campaign }, builtInModel);
  expect(effective.campaign).toBe(campaign);
  expect(Object.values(effective.sources)).toContain('campaign');
});

test('there is a profile for the built-in model and for three public ones', () => {
  const models = namesIn('models').map((profile) => resolveConfiguration(workspace, {}, { ...nothing, profile }, builtInModel).model);
  expect(models).toContain(builtInModel);
  expect(models.filter((model) => model.includes('/')).length).toBeGreaterThanOrEqual(3);
});
