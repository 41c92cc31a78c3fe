import path from 'node:path';
import { builtInModel } from '../../models/resolveModel.ts';
import { fileFacts, listFolder } from '../../platform/files.ts';
import type { Workspace } from '../../platform/workspace.ts';
import type { FileKindName } from './kinds.ts';
import type { Path } from './yamlText.ts';

/** What a value names: a file, by the places where it may stand. */
interface Reference {
  what: string;
  /** The first that exists is meant. */
  files: string[];
  /** A name may also mean something that has no file, such as a model of the hub. */
  mayBeElsewhere: boolean;
}

/** Which file the value at a path of a file names; null where it names none. `file` is the file's own path. */
export function referenceAt(kind: FileKindName, at: Path, value: unknown, { workspace, file }: { workspace: Workspace; file: string }): Reference | null {
  if (typeof value !== 'string' || value === '') return null;
  const place = `${kind}:${at.map((step) => (typeof step === 'number' ? '*' : step)).join('.')}`;
  const beside = path.resolve(path.dirname(file), value);
  switch (place) {
    case 'agent:drills.*':
      return named('drill', workspace, 'drills', value);
    case 'agent:model':
      return { ...named('model', workspace, 'models', value), mayBeElsewhere: true };
    case 'campaign:profile':
    case 'config:profile':
      return named('profile', workspace, 'models', value);
    case 'config:campaign':
      return named('campaign', workspace, 'campaigns', value);
    case 'agent:memory.file':
      return { what: 'memory file', files: [beside], mayBeElsewhere: false };
    case 'agent:systemPrompt.file':
      return { what: 'file', files: [beside], mayBeElsewhere: false };
    case 'agent:adapter':
      return { what: 'adapter', files: isName(value) ? [path.join(workspace.adapters, value, 'adapter_config.json')] : [], mayBeElsewhere: true };
    default:
      return null;
  }
}

/** The file that a reference leads to, within the workspace; null where there is none. */
export function targetOf(reference: Reference, workspace: Workspace): string | null {
  return reference.files.find((file) => isInside(workspace.root, file) && fileFacts(file)?.isFolder === false) ?? null;
}

/** Names that may stand at a path. */
export function namesFor(kind: FileKindName, at: Path, workspace: Workspace): string[] {
  const place = `${kind}:${at.map((step) => (typeof step === 'number' ? '*' : step)).join('.')}`;
  switch (place) {
    case 'agent:drills':
    case 'agent:drills.*':
      return names(workspace, 'drills');
    case 'agent:model':
      return [...new Set([builtInModel, ...names(workspace, 'models')])];
    case 'campaign:profile':
    case 'config:profile':
      return names(workspace, 'models');
    case 'config:campaign':
      return names(workspace, 'campaigns');
    default:
      return [];
  }
}

function named(what: string, workspace: Workspace, folder: string, name: string): Reference {
  const files = isName(name) ? ['yaml', 'yml'].map((extension) => path.join(workspace.codeAgents, folder, `${name}.${extension}`)) : [];
  return { what, files, mayBeElsewhere: false };
}

function names(workspace: Workspace, folder: string): string[] {
  return listFolder(path.join(workspace.codeAgents, folder)).filter((name) => /\.ya?ml$/.test(name)).map((name) => name.replace(/\.ya?ml$/, ''));
}

function isName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name);
}

function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
