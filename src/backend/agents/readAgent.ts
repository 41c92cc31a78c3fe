import path from 'node:path';
import { agentSchema } from '../../protocol/agents.ts';
import { notFound, usageError } from '../../protocol/errors.ts';
import { profileSchema } from '../../protocol/profiles.ts';
import { readTextFile } from '../platform/files.ts';
import type { Workspace } from '../platform/workspace.ts';
import { parseSource } from '../runs/sourceDocument.ts';

/** What asking an agent takes: which model answers, with which adapter, and what it is told first. */
export interface AgentAnswers {
  name: string;
  model: string;
  adapter: string | null;
  system: string;
  maxTokens: number | null;
}

/** Reads an `agent.yaml` of the workspace. Throws where it is none, or where another place than this machine answers. */
export function readAgent(file: string, workspace: Workspace): AgentAnswers {
  const relative = path.relative(workspace.root, file).split(path.sep).join('/');
  const text = /^CodeAgents\/[^/]+\/agent\.ya?ml$/.test(relative) ? readTextFile(file) : null;
  if (text === null) throw notFound('agent_not_found', `${relative} is no agent of this workspace.`, { hint: 'An agent stands in CodeAgents/<Name>/agent.yaml.' });
  const parsed = agentSchema.safeParse(parseSource(relative, text).value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw usageError('invalid_agent', `${relative}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`, { hint: 'Correct the file: its problems are shown in the editor.' });
  }
  const { name, model, adapter, systemPrompt, parameters } = parsed.data;
  if (typeof model !== 'string') throw usageError('agent_endpoint', `${name} is answered for by an endpoint, which can’t be asked from here yet.`);
  const system = typeof systemPrompt === 'string' ? systemPrompt : readTextFile(inside(workspace, path.resolve(path.dirname(file), systemPrompt.file)));
  if (system === null) throw notFound('prompt_not_found', `${relative}: the file of the system prompt does not exist.`);
  return { name, model: modelOf(model, workspace), adapter: adapter ?? null, system, maxTokens: parameters?.maxTokens ?? null };
}

/** The base model of a profile, where the name is one of a profile. */
function modelOf(name: string, workspace: Workspace): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name)) return name;
  for (const extension of ['yaml', 'yml']) {
    const file = path.join(workspace.codeAgents, 'models', `${name}.${extension}`);
    const text = readTextFile(file);
    const profile = text === null ? null : profileSchema.safeParse(parseSource(file, text).value);
    if (profile?.success === true) return profile.data.locked.model;
  }
  return name;
}

function inside(workspace: Workspace, file: string): string {
  const relative = path.relative(workspace.root, file);
  if (relative.startsWith('..') || path.isAbsolute(relative)) throw usageError('outside_workspace', 'The file of the system prompt lies outside the workspace.');
  return file;
}
