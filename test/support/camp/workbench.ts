import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { makeExecute } from '../../../src/backend/agents/executor/executor.ts';
import { makeCamp, type CampService } from '../../../src/backend/camp/campService.ts';
import { makeCampWork, type CampWork } from '../../../src/backend/camp/campWork.ts';
import { WorkBoard } from '../../../src/backend/camp/workBoard.ts';
import type { WorkOptions } from '../../../src/backend/camp/progress.ts';
import { systemClock } from '../../../src/backend/platform/clock.ts';
import { workspaceAt } from '../../../src/backend/platform/workspace.ts';
import type { ChatModel } from '../../../src/backend/providers/chatModel.ts';
import type { Store } from '../../../src/backend/store/db.ts';
import { startModelServer, type ModelServer } from '../modelServer/modelServer.ts';
import { modelOf } from '../modelServer/client.ts';
import { newSessionSchema, type NewSession } from '../../../src/protocol/sessionResults.ts';
import type { ScriptRule } from '../modelServer/script.ts';
import { testFolder, testStore } from '../testStore.ts';
import { noTools } from './noTools.ts';
import { plainCalls } from './plainCalls.ts';
import { trainerRules } from './trainerScript.ts';

/** Sessions in a folder of their own, with a scripted server behind the product's own client. */
export interface Workbench {
  camp: CampService;
  work: CampWork;
  /** The same as another process on the same workspace has it. */
  other: CampWork;
  server: ModelServer;
  store: Store;
  fileOf: (id: string) => string;
  create: (request?: Partial<NewSession>) => Promise<string>;
  /** Proposes, confirms and runs the first agents. */
  begin: (request?: Partial<NewSession>) => Promise<string>;
}

export function quietly(): WorkOptions {
  return { signal: new AbortController().signal, onProgress: () => undefined };
}

export async function workbench(rules: readonly ScriptRule[] = [], model: (url: string) => ChatModel = (url) => modelOf(url)): Promise<Workbench> {
  const folder = testFolder();
  const workspace = workspaceAt(folder);
  mkdirSync(workspace.training);
  const server = await startModelServer({ rules: [...rules, ...trainerRules] });
  onTestFinished(async () => await server.close());
  const { store } = testStore(workspace.training);
  // What a model can do is found out once.
  const opened = model(server.url);
  const place = () => ({ workspace, store, notify: () => undefined });
  const camp = makeCamp({ place, newPlace: place, defaultModel: async () => await Promise.resolve('test:scripted'), limitBytes: () => 1e9 });
  const makeWork = () => makeCampWork({ resolveModel: async () => await Promise.resolve(opened), execute: makeExecute({ clock: systemClock }), openTools: () => noTools, keeper: plainCalls, board: new WorkBoard() }, place);
  const [work, other] = [makeWork(), makeWork()];
  const create = async (request: Partial<NewSession> = {}) =>
    (await camp.create(newSessionSchema.parse({ need: 'Answer tickets.', inputs: [{ text: 'The printer is on fire.' }], ...request }), new AbortController().signal)).session.id;
  return {
    camp, work, other, server, store, create,
    fileOf: (id) => path.join(workspace.codeAgents, 'camp', `${id}.json`),
    begin: async (request) => {
      const session = await create(request);
      await work.propose(session, null, quietly());
      await work.confirm(session, null, quietly());
      return session;
    },
  };
}

/** Scores one input's answers of the four lineages. */
export function scoreAll(camp: CampService, session: string, scores: Partial<Record<'A' | 'B' | 'C' | 'D', number>>, input: number | null = null): void {
  for (const [lineage, score] of Object.entries(scores) as ['A' | 'B' | 'C' | 'D', number][]) camp.score(session, { target: { lineage, input }, score, comment: `comment on ${lineage}` });
}
