import path from 'node:path';
import type { z } from 'zod';
import { notFound, usageError } from '../../protocol/errors.ts';
import { methodDefaults } from '../../protocol/methodDefaults.ts';
import { campaignSchema, profileSchema, type Campaign, type Profile } from '../../protocol/profiles.ts';
import { trainingMethods, type TrainingMethod } from '../../protocol/runs.ts';
import { listFolder, readTextFile } from '../platform/files.ts';
import type { Workspace } from '../platform/workspace.ts';
import { fileEntries, resolveLayers, type Layer, type LayerEntry, type ResolvedConfig } from './layers.ts';
import { parseSource, type SourceDocument } from './sourceDocument.ts';

/** What a command line or a wizard asks for. Entries carry the flag's name in `where`. */
export interface ConfigRequest {
  model: string | null;
  profile: string | null;
  campaign: string | null;
  configFile: string | null;
  entries: LayerEntry[];
  /** The method that fits the data, for where no layer names one. */
  methodOfData?: TrainingMethod | null;
}

export interface EffectiveConfig extends ResolvedConfig {
  /** As a person named it: built-in id, owner/name, or a folder. */
  model: string;
  profile: Profile | null;
  campaign: string | null;
}

interface Loaded<T> {
  value: T;
  document: SourceDocument;
}

const workspaceConfigName = 'training.config.json';

/**
 * The layers of the architecture and the environment, resolved: schema defaults, what the method wants otherwise, profile,
 * campaign, `CodeAgents/training.config.json`, command, `ENABLE_PACKING`.
 */
export function resolveConfiguration(workspace: Workspace, env: NodeJS.ProcessEnv, request: ConfigRequest, defaultModel: string): EffectiveConfig {
  const fromWorkspace = readLayerFile(workspace, path.join(workspace.codeAgents, workspaceConfigName));
  const fromFile = request.configFile === null ? [] : readNamedFile(request.configFile);
  const flags: LayerEntry[] = [
    ...(request.model === null ? [] : [{ key: 'model', value: request.model, where: '--model' }]),
    ...(request.profile === null ? [] : [{ key: 'profile', value: request.profile, where: '--profile' }]),
    ...(request.campaign === null ? [] : [{ key: 'campaign', value: request.campaign, where: '--campaign' }]),
  ];
  const command = [...fromFile, ...request.entries, ...flags];

  const campaignName = chosen('campaign', command) ?? chosen('campaign', fromWorkspace);
  const campaign = campaignName === null ? null : readCampaign(workspace, campaignName);
  const profile = chooseProfile(workspace, command, campaign, fromWorkspace, defaultModel);
  const model = profile?.value.locked.model ?? chosen('model', command) ?? chosen('model', fromWorkspace) ?? defaultModel;
  const written: Layer[] = [
    { layer: 'profile', entries: profile === null ? [] : fileEntries(profile.document, ['defaults']) },
    { layer: 'campaign', entries: campaign === null ? [] : fileEntries(campaign.document, ['overrides']) },
    { layer: 'workspace', entries: fromWorkspace },
    { layer: 'command', entries: command },
    { layer: 'environment', entries: environmentEntries(env) },
  ];
  const layers = [methodLayer(written, request.methodOfData ?? null, model === defaultModel), ...written];
  const resolved = resolveLayers(layers, profile === null ? null : { name: profile.value.name, facts: profile.value.locked });
  return { ...resolved, model, profile: profile?.value ?? null, campaign: campaignName };
}

/** What the method wants: of the last layer that names it, or of the data. An unknown one is for `resolveLayers` to refuse. */
function methodLayer(written: readonly Layer[], methodOfData: TrainingMethod | null, isBuiltInModel: boolean): Layer {
  const named = written.flatMap(({ entries }) => entries).findLast(({ key }) => key === 'method');
  const method = named === undefined ? methodOfData : trainingMethods.find((one) => one === named.value);
  if (method === undefined || method === null) return { layer: 'method', entries: [] };
  const options = { ...(named === undefined && method !== 'sft' ? { method } : {}), ...methodDefaults(method, isBuiltInModel) };
  return { layer: 'method', entries: Object.entries(options).map(([key, value]) => ({ key, value, where: `method ${method}` })) };
}

function chooseProfile(
  workspace: Workspace,
  command: readonly LayerEntry[],
  campaign: Loaded<Campaign> | null,
  fromWorkspace: readonly LayerEntry[],
  defaultModel: string,
): Loaded<Profile> | null {
  const asked = chosen('profile', command);
  if (campaign !== null && asked !== null && asked !== campaign.value.profile) {
    throw usageError('campaign_profile', `Campaign ${campaign.value.name} overrides profile ${campaign.value.profile}, not ${asked}.`, {
      hint: 'Leave out --profile, or choose a campaign of that profile.',
    });
  }
  const name = asked ?? campaign?.value.profile ?? chosen('profile', fromWorkspace);
  if (name !== null) return readProfile(workspace, name);
  const model = chosen('model', command) ?? chosen('model', fromWorkspace) ?? defaultModel;
  const fitting = readAllProfiles(workspace).filter((profile) => profile.value.locked.model === model);
  if (fitting.length > 1) {
    throw usageError('ambiguous_profile', `Several profiles are made for ${model}: ${fitting.map((profile) => profile.value.name).join(', ')}.`, {
      hint: 'Choose one with --profile.',
    });
  }
  return fitting[0] ?? null;
}

/** The value of a key that chooses, from the last entry that has it. */
function chosen(key: string, entries: readonly LayerEntry[]): string | null {
  const entry = entries.findLast((candidate) => candidate.key === key);
  if (entry === undefined || entry.value === null) return null;
  if (typeof entry.value !== 'string' || entry.value === '') throw usageError('invalid_option', `${entry.where}: ${key} must be a name.`);
  return entry.value;
}

/** Recorded in `configSources`, so that a run made while debugging shows it. */
function environmentEntries(env: NodeJS.ProcessEnv): LayerEntry[] {
  const value = env['ENABLE_PACKING'];
  if (value === undefined || value === '') return [];
  if (value !== '0' && value !== '1') throw usageError('invalid_option', `ENABLE_PACKING is “${value}”; it takes 0 or 1.`);
  return [{ key: 'packing', value: value === '1', where: 'ENABLE_PACKING' }];
}

function readLayerFile(workspace: Workspace, file: string): LayerEntry[] {
  const text = readTextFile(file);
  return text === null ? [] : fileEntries(parseSource(relativeName(workspace, file), text));
}

function readNamedFile(file: string): LayerEntry[] {
  const text = readTextFile(file);
  if (text === null) throw notFound('config_not_found', `There is no configuration file ${file}.`);
  return fileEntries(parseSource(file, text));
}

function readProfile(workspace: Workspace, name: string): Loaded<Profile> {
  return readDefinition(workspace, 'models', 'profile', name, profileSchema);
}

function readCampaign(workspace: Workspace, name: string): Loaded<Campaign> {
  return readDefinition(workspace, 'campaigns', 'campaign', name, campaignSchema);
}

/** Every profile of the workspace; one broken file fails, or it would be left out without a word. */
function readAllProfiles(workspace: Workspace): Loaded<Profile>[] {
  return listFolder(path.join(workspace.codeAgents, 'models'))
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => readProfile(workspace, name.replace(/\.ya?ml$/, '')));
}

function readDefinition<T extends { name: string }>(workspace: Workspace, folder: string, kind: string, name: string, schema: z.ZodType<T>): Loaded<T> {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name)) throw usageError('invalid_name', `“${name}” can’t be a ${kind}’s name.`);
  for (const extension of ['yaml', 'yml']) {
    const file = path.join(workspace.codeAgents, folder, `${name}.${extension}`);
    const text = readTextFile(file);
    if (text === null) continue;
    const document = parseSource(relativeName(workspace, file), text);
    const parsed = schema.safeParse(document.value);
    if (parsed.success && parsed.data.name === name) return { value: parsed.data, document };
    const issue = parsed.success ? { path: ['name'], message: `is “${parsed.data.name}” but the file is ${name}.${extension}` } : parsed.error.issues[0];
    const at = document.locate(issue?.path ?? []);
    const where = at === null ? document.file : `${document.file}:${at.line}:${at.column}`;
    throw usageError(`invalid_${kind}`, `${where}: ${(issue?.path ?? []).join('.')} ${issue?.message ?? 'is not valid'}`, { details: { file: document.file, ...at } });
  }
  const names = listFolder(path.join(workspace.codeAgents, folder)).filter((entry) => /\.ya?ml$/.test(entry));
  throw notFound(`${kind}_not_found`, `There is no ${kind} “${name}” in CodeAgents/${folder}.`, {
    ...(names.length === 0 ? {} : { hint: `There are: ${names.map((entry) => entry.replace(/\.ya?ml$/, '')).join(', ')}.` }),
  });
}

function relativeName(workspace: Workspace, file: string): string {
  return path.relative(workspace.root, file).split(path.sep).join('/');
}
