import { MarkupKind, type Hover } from 'vscode-languageserver/node';
import { findConfigKey } from '../../../protocol/configKeys.ts';
import { builtInModel } from '../../models/resolveModel.ts';
import type { Workspace } from '../../platform/workspace.ts';
import { resolveConfiguration, type ConfigRequest } from '../../runs/configuration.ts';
import { shown } from '../shown.ts';
import type { FileKind } from './kinds.ts';
import { descriptionAt } from './schemaTree.ts';
import type { Path, YamlText } from './yamlText.ts';

/** What a key means and, for a training option, which value holds in the end and the layer that it comes from. As plain text. */
export function hover(text: YamlText, offset: number, kind: FileKind, place: { workspace: Workspace; env: NodeJS.ProcessEnv }): Hover | null {
  const pointed = text.pointed(offset);
  if (pointed === null) return null;
  const key = optionKey(pointed.path, kind);
  const option = key === null ? undefined : findConfigKey(key);
  const description = option?.description ?? descriptionAt(kind.tree, pointed.path);
  const effective = option === undefined ? null : effectiveText(option.key, option.defaultValue, text, kind, place);
  const lines = [description, effective].filter((line) => line !== null && line !== '');
  if (lines.length === 0) return null;
  return { contents: { kind: MarkupKind.PlainText, value: lines.map((line) => shown(line ?? '')).join('\n\n') }, range: pointed.range };
}

/** The dotted key of the option at a path; null where no option stands. */
function optionKey(path: Path, { optionsAt }: FileKind): string | null {
  if (optionsAt === null || path.length <= optionsAt.length || !optionsAt.every((step, index) => path[index] === step)) return null;
  return path.slice(optionsAt.length).filter((step) => typeof step === 'string').join('.');
}

/** As a run of this file would have it: files as they are stored, since that is what a run reads. */
function effectiveText(key: string, defaultValue: unknown, text: YamlText, kind: FileKind, { workspace, env }: { workspace: Workspace; env: NodeJS.ProcessEnv }): string | null {
  const name = text.at(['name']);
  const chosen = typeof name === 'string' ? name : null;
  const request: ConfigRequest = { model: null, profile: kind.name === 'profile' ? chosen : null, campaign: kind.name === 'campaign' ? chosen : null, configFile: null, entries: [] };
  try {
    const { config, sources } = resolveConfiguration(workspace, env, request, builtInModel);
    let value: unknown = config;
    for (const part of key.split('.')) value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined;
    const layer = sources[key] ?? 'default';
    return `${key} is ${JSON.stringify(value)}, from ${layerNames[layer]}.${layer === 'default' ? '' : ` The default is ${JSON.stringify(defaultValue)}.`}`;
  } catch {
    // A layer can't be read: its own file says why, and the default is all that is sure.
    return `The default is ${JSON.stringify(defaultValue)}. A layer can’t be read, so what holds in the end is not known.`;
  }
}

const layerNames = {
  default: 'the defaults',
  method: 'the method',
  profile: 'the profile',
  campaign: 'the campaign',
  workspace: 'CodeAgents/training.config.json',
  command: 'the command',
  environment: 'the environment',
} as const;
