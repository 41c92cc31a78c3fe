// `manyRuns.ts FOLDER COUNT`: puts completed runs without metrics into a workspace's store; COUNT 0 takes them out again.
import { mkdirSync } from 'node:fs';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import { transact } from '../../src/backend/store/changes.ts';
import { openStore } from '../../src/backend/store/db.ts';
import { insertRun } from '../../src/backend/store/runs.ts';
import { runIdSchema } from '../../src/protocol/ids.ts';

const [folder = '.', count = '0'] = process.argv.slice(2);
const workspace = workspaceAt(folder);
mkdirSync(workspace.training, { recursive: true });
const store = openStore(workspace.database);
transact(store, (note) => {
  store.db.prepare("DELETE FROM runs WHERE dataset_id = 'ds_many'").run();
  for (let index = 0; index < Number(count); index++) {
    const id = runIdSchema.parse(`run_many-${String(index)}`);
    insertRun(store, note, { id, jobId: null, method: 'sft', model: 'tiny', modelSha256: 'm', datasetId: 'ds_many', datasetVersion: 1, agent: null, parentRunId: null, configHash: 'c', gitCommit: null, path: '/nowhere', created: new Date(1_700_000_000_000 + index * 1000).toISOString() });
  }
  store.db.prepare("UPDATE runs SET state = 'completed' WHERE dataset_id = 'ds_many'").run();
  note('runs');
});
store.close();
