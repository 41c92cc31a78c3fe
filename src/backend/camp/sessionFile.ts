import path from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../common/canonicalJson.ts';
import { sessionDocumentSchema, type SessionDocument } from '../../protocol/camp.ts';
import { failure, usageError } from '../../protocol/errors.ts';
import type { SessionId } from '../../protocol/ids.ts';
import { sha256Of } from '../platform/fileHash.ts';
import { fileFacts, listFolder, readTextFile, writeFileAtomically } from '../platform/files.ts';
import type { Workspace } from '../platform/workspace.ts';

/** A session's file: a person's work, which must survive the loss of the state folder. */
const largestBytes = 512 * 1024 * 1024;

export function sessionsFolder(workspace: Workspace): string {
  return path.join(workspace.codeAgents, 'camp');
}

export function sessionFile(workspace: Workspace, session: SessionId): string {
  return path.join(sessionsFolder(workspace), `${session}.json`);
}

/**
 * Writes the document, and answers the hash of what is in the file now. `known` is the hash of what we wrote last: a file
 * that is otherwise was changed by somebody else, such as by a merge, and is kept beside it under another name.
 */
export function writeSessionFile(workspace: Workspace, document: SessionDocument, known: string | null): { sha256: string; keptAs: string | null } {
  const file = sessionFile(workspace, document.session.id);
  const text = `${JSON.stringify(document, null, 1)}\n`;
  const sha256 = sha256Of(text);
  const present = readTextFile(file);
  const presentSha256 = present === null ? null : sha256Of(present);
  if (presentSha256 === sha256) return { sha256, keptAs: null };
  let keptAs: string | null = null;
  if (present !== null && presentSha256 !== known && !isSame(present, document)) {
    keptAs = path.join(path.dirname(file), `${document.session.id}.other-${(presentSha256 ?? '').slice(0, 8)}.json`);
    writeFileAtomically(keptAs, present);
  }
  writeFileAtomically(file, text);
  return { sha256, keptAs };
}

/** Line endings and indentation are no change. */
function isSame(text: string, document: SessionDocument): boolean {
  try {
    return canonicalJson(JSON.parse(text)) === canonicalJson(document);
  } catch {
    // No JSON: certainly something else.
    return false;
  }
}

/** A document that anybody may have written; what is wrong is told with its JSON path. Nothing in it is executed. */
export function readSessionFile(file: string): SessionDocument {
  const facts = fileFacts(file);
  if (facts === null || facts.isFolder) throw usageError('file_not_found', `There is no file ${file}.`);
  if (facts.sizeBytes > largestBytes) throw usageError('file_too_large', `${file} is larger than ${String(largestBytes / 1024 / 1024)} MB.`);
  let json: unknown;
  try {
    json = JSON.parse(readTextFile(file) ?? '');
  } catch (error) {
    throw usageError('session_file_invalid', `${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseSession(file, json);
}

export interface FoundFile {
  file: string;
  id: SessionId | null;
  name: string;
  problem: string | null;
}

const headSchema = z.object({ session: sessionDocumentSchema.shape.session.pick({ id: true, name: true }) });

/** Files of sessions that the store does not have. Only their heads are read. */
export function findSessionFiles(workspace: Workspace, known: ReadonlySet<string>): FoundFile[] {
  const folder = sessionsFolder(workspace);
  return listFolder(folder)
    .filter((name) => name.endsWith('.json') && !/\.other-[0-9a-f]{8}\.json$/.test(name) && !known.has(name.slice(0, -'.json'.length)))
    .flatMap((name): FoundFile[] => {
      const file = path.join(folder, name);
      try {
        const { session } = headSchema.parse(JSON.parse(readTextFile(file) ?? ''));
        return known.has(session.id) ? [] : [{ file, id: session.id, name: session.name, problem: null }];
      } catch {
        // Whatever is wrong with it is told in full when somebody imports it.
        return [{ file, id: null, name, problem: 'It is no session’s document.' }];
      }
    });
}

function parseSession(file: string, json: unknown): SessionDocument {
  const parsed = sessionDocumentSchema.safeParse(json);
  const problems = parsed.success ? referenceProblems(parsed.data) : parsed.error.issues.map((issue) => ({ path: jsonPath(issue.path), message: issue.message }));
  if (parsed.success && problems.length === 0) return parsed.data;
  const shown = problems.slice(0, 5).map(({ path: at, message }) => `${at}: ${message}`).join('; ');
  throw usageError('session_file_invalid', `${path.basename(file)} is not a session’s document: ${shown}${problems.length > 5 ? ` (and ${String(problems.length - 5)} more)` : ''}`, {
    hint: 'docs/camp.md describes the format.',
    details: { problems: problems.slice(0, 100) },
  });
}

/** Whatever is counted on from here stays a number that JSON and the database hold exactly. */
const highestCount = 1_000_000;

interface Problem {
  path: string;
  message: string;
}

/** What the schema can't see: ids that are there twice, and references to what is not there. */
function referenceProblems(document: SessionDocument): Problem[] {
  const problems: Problem[] = [];
  const unique = (at: string, keys: readonly (string | number)[]): Set<string | number> => {
    const seen = new Set<string | number>();
    for (const [index, key] of keys.entries()) {
      if (seen.has(key)) problems.push({ path: `$.${at}[${String(index)}]`, message: `${String(key)} is there twice` });
      seen.add(key);
    }
    return seen;
  };
  const need = (isThere: boolean, at: string, what: string): void => {
    if (!isThere) problems.push({ path: at, message: `there is no ${what}` });
  };
  const inputs = unique('inputs', document.inputs.map(({ id }) => id));
  unique('inputs', document.inputs.map(({ number }) => number));
  unique('lineages', document.lineages.map(({ label }) => label));
  unique('strategies', document.strategies.map(({ label }) => label));
  unique('cycles', document.cycles.map(({ number }) => number));
  unique('evaluations', document.evaluations.map(({ id }) => id));
  unique('evolutions', document.evolutions.map(({ id }) => id));
  document.conversation.forEach(({ number, by, suggestions }, index) => {
    const at = `$.conversation[${String(index)}]`;
    if (number !== index + 1) problems.push({ path: `${at}.number`, message: 'messages are numbered from 1 in their order' });
    if (by === 'user' && suggestions.length > 0) problems.push({ path: `${at}.suggestions`, message: 'only the trainer suggests' });
  });
  const artifacts = unique('artifacts', document.artifacts.map(({ id }) => id));
  const executions = unique('executions', document.executions.map(({ id }) => id));
  unique('executions', document.executions.map(({ lineage, version, input, cycle, attempt }) => `${lineage} v${String(version)} ${input} cycle ${String(cycle)} attempt ${String(attempt)}`));
  unique('evolutions', document.evolutions.map(({ lineage, version }) => `${lineage} v${String(version)}`));
  const versions = new Set(document.lineages.flatMap(({ label, agents }) => agents.map(({ version }) => `${label} v${String(version)}`)));
  unique('lineages', document.lineages.flatMap(({ label, agents }) => agents.map(({ version }) => `${label} v${String(version)}`)));
  document.executions.forEach((execution, index) => {
    const at = `$.executions[${String(index)}]`;
    need(inputs.has(execution.input), `${at}.input`, `input ${execution.input}`);
    need(versions.has(`${execution.lineage} v${String(execution.version)}`), `${at}.version`, `version ${String(execution.version)} of lineage ${execution.lineage}`);
    if (execution.artifact !== null) need(artifacts.has(execution.artifact), `${at}.artifact`, `artifact ${execution.artifact}`);
    if ((execution.state === 'completed') !== (execution.artifact !== null)) problems.push({ path: `${at}.artifact`, message: 'a completed execution has an artifact, and no other has one' });
  });
  document.cycles.forEach(({ standings }, cycle) => {
    unique(`cycles[${String(cycle)}].standings`, standings.map(({ lineage, input }) => `${lineage} ${input}`));
    standings.forEach((standing, index) => {
      const at = `$.cycles[${String(cycle)}].standings[${String(index)}]`;
      need(executions.has(standing.execution), `${at}.execution`, `execution ${standing.execution}`);
      need(inputs.has(standing.input), `${at}.input`, `input ${standing.input}`);
    });
  });
  const countable = (at: string, number: number): void => {
    if (number > highestCount) problems.push({ path: at, message: `${String(number)} is higher than anybody counts here` });
  };
  document.inputs.forEach(({ number }, index) => countable(`$.inputs[${String(index)}].number`, number));
  document.cycles.forEach(({ number }, index) => countable(`$.cycles[${String(index)}].number`, number));
  document.executions.forEach(({ attempt }, index) => countable(`$.executions[${String(index)}].attempt`, attempt));
  document.lineages.forEach(({ agents }, lineage) => agents.forEach(({ version }, index) => countable(`$.lineages[${String(lineage)}].agents[${String(index)}].version`, version)));
  const cycles = new Set(document.cycles.map(({ number }) => number));
  document.evaluations.forEach((evaluation, index) => need(artifacts.has(evaluation.artifact), `$.evaluations[${String(index)}].artifact`, `artifact ${evaluation.artifact}`));
  document.lineages.forEach(({ cycle }, index) => need(cycle === 0 || cycles.has(cycle), `$.lineages[${String(index)}].cycle`, `cycle ${String(cycle)}`));
  return problems;
}

function jsonPath(parts: readonly PropertyKey[]): string {
  return parts.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${String(part)}]` : `${text}.${String(part)}`), '$');
}

/** A document under another id, for a second copy of a session in one workspace. */
export function withId(document: SessionDocument, id: SessionId): SessionDocument {
  if (document.session.id === id) throw failure('session_exists', 'The copy needs an id of its own.');
  return { ...document, session: { ...document.session, id } };
}
