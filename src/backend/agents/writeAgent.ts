import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isMap, parseDocument, Document } from 'yaml';
import { z } from 'zod';
import type { AgentDefinition } from '../../protocol/agentDefinitions.ts';
import { agentSchema } from '../../protocol/agents.ts';
import { needsConfirmation, usageError } from '../../protocol/errors.ts';
import type { Clock } from '../platform/clock.ts';
import { createFile } from '../platform/createFile.ts';
import { listFolder, readTextFile, writeFileAtomically } from '../platform/files.ts';
import type { Workspace } from '../platform/workspace.ts';

export interface WriteAgentRequest {
  definition: AgentDefinition;
  /** Folder under CodeAgents; made of the agent's name unless given. */
  name?: string;
  /** A word that says where the agent comes from, such as `camp-<session>-A`: a file that has it among its tags is ours to write. */
  tag: string;
  /** As agent.yaml takes it; what the file says stays where there is one. */
  model: string;
  owner: string;
  /** A person agreed to change a file that was not written from here. */
  isConfirmed: boolean;
}

export interface WrittenAgent {
  /** From the workspace's root, with forward slashes. */
  file: string;
  name: string;
  version: number;
  /** unchanged: the file says the same already, and its version stays. */
  state: 'created' | 'updated' | 'unchanged';
  /** Parts of the definition that agent.yaml has no place for. */
  leftOut: string[];
}

/**
 * Writes an agent to `CodeAgents/<Agent>/agent.yaml`. An existing file keeps its comments, its order and every key that a
 * definition says nothing about; its version counts up. Errors: `agent_exists` (needs confirmation) for a file that does
 * not carry the tag, `invalid_agent` for one that is none, `outside_workspace` where a link leads out.
 */
export function writeAgent(workspace: Workspace, request: WriteAgentRequest, clock: Clock): WrittenAgent {
  const name = folderName(workspace, request.name ?? request.definition.name);
  const folder = path.join(workspace.codeAgents, name);
  const today = clock.now().toISOString().slice(0, 10);
  requireInside(workspace, folder);
  const file = path.join(folder, existsSync(path.join(folder, 'agent.yml')) ? 'agent.yml' : 'agent.yaml');
  requireInside(workspace, file);
  const shown = path.relative(workspace.root, file).split(path.sep).join('/');
  const { keys, leftOut } = keysOf(request.definition);
  const text = readTextFile(file);
  if (text === null) {
    const content = newAgent({ name, today, keys, request });
    mkdirSync(folder, { recursive: true });
    if (createFile(file, content)) return { file: shown, name, version: 1, state: 'created', leftOut };
    throw needsConfirmation('agent_exists', `${shown} was made meanwhile.`);
  }
  const changed = changedAgent({ text, shown, today, keys, request });
  if (changed.content !== null) writeFileAtomically(file, changed.content);
  return { file: shown, name, version: changed.version, state: changed.content === null ? 'unchanged' : 'updated', leftOut };
}

type Keys = [string, unknown][];

function newAgent({ name, today, keys, request }: { name: string; today: string; keys: Keys; request: WriteAgentRequest }): string {
  const document = new Document({
    name, version: 1, description: '', owner: request.owner, status: 'draft', tags: [request.tag], created: today, updated: today, model: request.model,
  });
  setKeys(document, keys);
  return checked(document, name);
}

function changedAgent({ text, shown, today, keys, request }: { text: string; shown: string; today: string; keys: Keys; request: WriteAgentRequest }): { content: string | null; version: number } {
  const document = parseDocument(text, { uniqueKeys: true });
  const parsed = document.errors.length === 0 && isMap(document.contents) ? agentSchema.safeParse(document.toJS()) : null;
  if (parsed?.success !== true) throw usageError('invalid_agent', `${shown} is there and is no valid agent.`, { hint: 'Correct or move the file, or write the agent under another name.' });
  const { version, tags = [] } = parsed.data;
  if (!tags.includes(request.tag) && !request.isConfirmed) {
    throw needsConfirmation('agent_exists', `${shown} is there and was not written from this lineage.`, { hint: 'Confirm with --yes to make it this agent, or write it under another name with --name.' });
  }
  const before = JSON.stringify(document.toJS());
  setKeys(document, keys);
  if (!tags.includes(request.tag)) document.set('tags', [...tags, request.tag]);
  if (JSON.stringify(document.toJS()) === before) return { content: null, version };
  document.set('version', version + 1);
  document.set('updated', today);
  return { content: checked(document, shown), version: version + 1 };
}

/** What a definition says, by the keys of agent.yaml; undefined takes a key away. */
function keysOf(definition: AgentDefinition): { keys: Keys; leftOut: string[] } {
  const shape = agentSchema.shape;
  const parameters = Object.entries(definition.parameters).filter(([, value]) => value !== undefined);
  const known = parameters.filter(([key, value]) => shape.parameters.safeParse({ [key]: value }).success);
  const memory = shape.memory.safeParse(definition.memory);
  const hasMemory = Object.keys(definition.memory).length > 0;
  return {
    keys: [
      ['description', definition.description.trim() === '' ? `Answers as ${definition.name}.` : definition.description],
      ['systemPrompt', definition.systemPrompt],
      ['tools', definition.tools.length === 0 ? undefined : definition.tools],
      ['flow', definition.flow.length === 0 ? undefined : definition.flow],
      ['parameters', known.length === 0 ? undefined : Object.fromEntries(known)],
      ...(hasMemory && memory.success ? [['memory', memory.data] satisfies [string, unknown]] : []),
    ],
    leftOut: [...parameters.filter((entry) => !known.includes(entry)).map(([key]) => `parameters.${key}`), ...(hasMemory && !memory.success ? ['memory'] : [])],
  };
}

function setKeys(document: Document | ReturnType<typeof parseDocument>, keys: Keys): void {
  const present = z.record(z.string(), z.unknown()).parse(document.toJS());
  for (const [key, value] of keys) {
    if (value === undefined) document.delete(key);
    else if (JSON.stringify(present[key]) !== JSON.stringify(value)) document.set(key, typeof value === 'object' ? document.createNode(value) : value);
  }
}

/** What is written is read back first: a file of ours is never one that we refuse. */
function checked(document: Document | ReturnType<typeof parseDocument>, shown: string): string {
  const content = document.toString({ lineWidth: 0 });
  const parsed = agentSchema.safeParse(parseDocument(content).toJS());
  if (parsed.success) return content;
  const [issue] = parsed.error.issues;
  throw usageError('invalid_agent', `${shown} would not be a valid agent: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

/** A name that is a folder everywhere; one that is there in other letters is taken as it is. */
function folderName(workspace: Workspace, wanted: string): string {
  const words = wanted.normalize('NFKD').replace(/\p{M}/gu, '').split(/[^A-Za-z0-9_-]+/).filter((word) => word !== '');
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('').replace(/^[_-]+/, '').slice(0, 60);
  const name = joined === '' || reserved.test(joined) ? `Agent${joined}` : joined;
  return listFolder(workspace.codeAgents).find((present) => present.toLowerCase() === name.toLowerCase()) ?? name;
}

/** Folders of CodeAgents that are no agents, and names that Windows keeps for devices. */
const reserved = /^(camp|datasets|drills|memory|models|campaigns|con|prn|aux|nul|com\d|lpt\d)$/i;

function requireInside(workspace: Workspace, place: string): void {
  const root = realpathSync(workspace.root);
  let existing = place;
  while (!existsSync(existing)) existing = path.dirname(existing);
  const relative = path.relative(root, realpathSync(existing));
  if (relative.startsWith('..') || path.isAbsolute(relative)) throw usageError('outside_workspace', `${path.basename(place)} lies outside the workspace, by a link.`);
}
