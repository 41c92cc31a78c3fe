import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { App } from '../../src/extension/app.ts';
import { until } from '../support/until.ts';
import { rowsOf, shown, windowApp, writeWorkspaceFile } from './window.ts';

const rows = Array.from({ length: 60 }, (_, index) => JSON.stringify({ prompt: `question ${String(index)}`, completion: `answer ${String(index * 7)}` })).join('\n');

describe('a run of the window', function () {
  this.timeout(240_000);
  let app: App;
  let id = '';
  const seen = new Set<string>();

  before(async () => {
    app = await windowApp();
    const file = await writeWorkspaceFile('lessons.jsonl', rows);
    await app.backend.request('datasets/prepare', { paths: [file], name: 'lessons' });
    const { runId } = await app.backend.request('runs/start', { dataset: 'lessons', model: 'tiny-llama', set: [{ key: 'maxSteps', value: 6 }, { key: 'device', value: 'cpu' }] });
    assert.ok(runId);
    id = runId;
  });

  it('is told in the status bar while it goes on, and no longer', async () => {
    await until('the end of the run', async () => {
      seen.add(app.watch.statusBar.text ?? '');
      return (await app.backend.request('runs/status', { run: id })).run.state === 'completed';
    }, 200_000);
    assert.ok([...seen].some((text) => text.startsWith('$(flame) ')), [...seen].join(' | '));
    await until('a quiet status bar', () => app.watch.statusBar.text === undefined);
  });

  it('stands among the runs with its result, and its checkpoints below it', async () => {
    const row = (await rowsOf(app.views.runs, 'run')).find(({ run }) => run.id === id);
    assert.ok(row);
    const { label, description, context, tooltip } = shown(app.views.runs, row);
    assert.equal(label, 'lessons');
    assert.match(description, /^completed( · best [\d.]+)? · /);
    assert.equal(context, 'run completed hasAdapter');
    assert.match(tooltip, /6&nbsp;of&nbsp;6/);
    const checkpoints = await rowsOf(app.views.runs, 'checkpoint', row);
    assert.ok(checkpoints.some(({ step }) => step === 6));
  });

  it('leaves an adapter, which stands below its agent', async () => {
    const [agent] = await rowsOf(app.views.adapters, 'agent');
    assert.ok(agent);
    assert.equal(shown(app.views.adapters, agent).label, 'No agent');
    const adapters = await rowsOf(app.views.adapters, 'adapter', agent);
    const own = adapters.find(({ adapter }) => adapter.runId === id);
    assert.ok(own);
    assert.match(shown(app.views.adapters, own).description, /^not tested · /);
  });
});
