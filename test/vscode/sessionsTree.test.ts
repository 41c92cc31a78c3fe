import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { z } from 'zod';
import type { App } from '../../src/extension/app.ts';
import type { Row } from '../../src/extension/views/rows.ts';
import { SessionsSource } from '../../src/extension/views/sessionsSource.ts';
import type { SessionDocument } from '../../src/protocol/camp.ts';
import { sessionIdSchema } from '../../src/protocol/ids.ts';
import { hostileTexts } from '../support/hostileTexts.ts';
import { scoredSession } from '../support/scoredSession.ts';
import { rowsOf, shown, windowApp, writeWorkspaceFile } from './window.ts';

const session = sessionIdSchema.parse('se_scored');
const menusSchema = z.looseObject({ contributes: z.looseObject({ menus: z.record(z.string(), z.array(z.looseObject({ command: z.string().optional(), when: z.string().optional(), group: z.string().optional() }))) }) });

async function importAs(app: App, document: SessionDocument): Promise<void> {
  const file = await writeWorkspaceFile(`${document.session.id}.json`, JSON.stringify(document));
  await app.backend.request('sessions/import', { file });
}

async function sessionRow(app: App, id: string): Promise<Extract<Row, { kind: 'session' }>> {
  const row = (await rowsOf(app.views.sessions, 'session')).find((one) => one.session.id === id);
  assert.ok(row, `no row of ${id}`);
  return row;
}

/** Resolves when the tree tells that its rows changed. */
async function followed({ views: { sessions } }: App): Promise<void> {
  await new Promise<void>((resolve) => {
    const subscription = sessions.onDidChangeTreeData(() => {
      subscription.dispose();
      resolve();
    });
  });
}

/** The commands that a row with this context offers as buttons, in their order. */
function inlineActions(context: string): string[] {
  const { contributes } = menusSchema.parse(vscode.extensions.getExtension('training-camp.training-camp')?.packageJSON);
  return (contributes.menus['view/item/context'] ?? [])
    .filter(({ when = '', group = '' }) => when.startsWith('view == trainingCamp.sessions &&') && group.startsWith('inline@'))
    .filter(({ when = '' }) => new RegExp(/viewItem =~ \/(.*)\/$/.exec(when)?.[1] ?? 'no pattern').test(context))
    .sort((one, other) => (one.group ?? '').localeCompare(other.group ?? ''))
    .map(({ command = '' }) => command.replace('trainingCamp.sessions.', ''));
}

describe('the tree of sessions', () => {
  let app: App;

  before(async () => {
    app = await windowApp();
    const document = scoredSession({ cycles: [{ A: [9], B: [7], C: [4], D: [2] }, { A: [9], B: [8], C: [6], D: [null] }], lockedFrom: { A: 2 } });
    await importAs(app, { ...document, lineages: document.lineages.map((lineage) => (lineage.label === 'D' ? { ...lineage, problem: { code: 'provider_failed', message: 'The provider answered 500.' } } : lineage)) });
    await vscode.commands.executeCommand('trainingCamp.sessions.focus');
  });

  it('shows a session with its state, and reads it out', async () => {
    const { label, description, context, spoken, tooltip } = shown(app.views.sessions, await sessionRow(app, session));
    assert.deepEqual([label, description, context, spoken], ['Triage', 'cycle 2 · 1 input', 'session training active', 'Session Triage, cycle 2, 1 input']);
    assert.match(tooltip, /Need: Triage&nbsp;bug&nbsp;reports/);
  });

  it('shows its lineages below it: what is locked, and what stopped', async () => {
    const lineages = await rowsOf(app.views.sessions, 'lineage', await sessionRow(app, session));
    const all = lineages.map((row) => shown(app.views.sessions, row));
    assert.deepEqual(all.map(({ label }) => label), ['A Strategy A', 'B Strategy B', 'C Strategy C', 'D Strategy D']);
    assert.deepEqual(all.map(({ description }) => description), ['score 9.0 · v1 · locked', 'score 8.0 · v2', 'score 6.0 · v2', 'not scored · v2 · stopped, can be tried again']);
    assert.deepEqual(all.map(({ context }) => context), ['lineage locked', 'lineage unlocked', 'lineage unlocked', 'lineage unlocked']);
    assert.equal(all[0]?.spoken, 'Lineage A Strategy A, score 9.0, v1, locked');
    const icons = lineages.map((row) => app.views.sessions.getTreeItem(row).iconPath).map((icon) => (icon instanceof vscode.ThemeIcon ? icon.id : ''));
    assert.deepEqual(icons, ['lock', 'git-branch', 'git-branch', 'error']);
  });

  it('shows the versions of a lineage below it, the newest first', async () => {
    const [, lineage] = await rowsOf(app.views.sessions, 'lineage', await sessionRow(app, session));
    assert.ok(lineage);
    const versions = (await rowsOf(app.views.sessions, 'agentVersion', lineage)).map((row) => shown(app.views.sessions, row));
    assert.deepEqual(versions.map(({ label, description, context }) => [label, description, context]), [['v2', 'evolved · the newest', 'agentVersion'], ['v1', 'generated', 'agentVersion']]);
    assert.equal(versions[0]?.spoken, 'Agent of lineage B, version 2, evolved, the newest');
  });

  it('follows what changes, and keeps its rows', async () => {
    const row = await sessionRow(app, session);
    const refreshed = followed(app);
    await app.backend.request('sessions/lock', { session, lineage: 'B', isLocked: true });
    await refreshed;
    assert.equal(await sessionRow(app, session), row);
    const [, lineage] = await rowsOf(app.views.sessions, 'lineage', row);
    assert.ok(lineage);
    assert.equal(shown(app.views.sessions, lineage).context, 'lineage locked');
  });

  it('offers what can be done with each kind of row', () => {
    assert.deepEqual(inlineActions('session training active'), ['open', 'export']);
    assert.deepEqual(inlineActions('session training draft'), ['open']);
    assert.deepEqual(inlineActions('session quickstart active'), ['open', 'export', 'promote']);
    assert.deepEqual(inlineActions('session quickstart draft'), ['open']);
    assert.deepEqual(inlineActions('lineage unlocked'), ['open']);
    assert.deepEqual(inlineActions('agentVersion'), ['open']);
  });

  it('tells first that sessions near their limit, until the limit is raised or one of them is deleted', async () => {
    const document = scoredSession({ cycles: [{ A: [9], B: [7], C: [4], D: [2] }] });
    await importAs(app, { ...document, session: { ...document.session, id: sessionIdSchema.parse('se_large'), name: 'Large' }, artifacts: document.artifacts.map((artifact) => ({ ...artifact, content: `${artifact.id} ${'x'.repeat(220_000)}` })) });
    const setLimit = async (megabytes: number | undefined) => await vscode.workspace.getConfiguration('trainingCamp').update('sessions.limitMegabytes', megabytes, vscode.ConfigurationTarget.Global);
    const usage = async () => (await app.views.sessions.getChildren()).find(({ kind }) => kind === 'usage');
    assert.equal(await usage(), undefined);
    try {
      // The tree tells VS Code by itself that its rows are others.
      const refreshed = followed(app);
      await setLimit(1);
      await refreshed;
      const [row] = await app.views.sessions.getChildren();
      assert.ok(row?.kind === 'usage');
      const { label, context, spoken, tooltip } = shown(app.views.sessions, row);
      assert.match(label, /^Sessions take 0\.8\d MB of 1 MB$/);
      assert.equal(context, 'usage');
      assert.equal(spoken, `Warning: ${label}. Export what you want to keep, then delete old sessions. Nothing is refused at the limit.`);
      assert.match(tooltip, /then&nbsp;delete&nbsp;old&nbsp;sessions/);
      assert.deepEqual(inlineActions(context), ['freeRoom']);
      await setLimit(2);
      assert.equal(await usage(), undefined);
      await setLimit(1);
      assert.ok(await usage());
      const deleted = followed(app);
      await app.backend.request('sessions/delete', { session: 'se_large' });
      await deleted;
      assert.equal(await usage(), undefined);
    } finally {
      await setLimit(undefined);
    }
  });

  it('shows hostile names, needs and strategies as text of one line', async () => {
    const source = new SessionsSource(app.backend);
    const { session: known } = await sessionRow(app, session);
    for (const text of hostileTexts) {
      const [first] = known.lineages;
      assert.ok(first);
      const hostile = { ...known, name: text, need: text };
      const rows: Row[] = [{ kind: 'session', key: 's', session: hostile }, { kind: 'lineage', key: 'l', session: hostile, lineage: { ...first, strategyTag: text } }];
      for (const row of rows) {
        const { label, accessibilityInformation } = source.item(row);
        assert.ok(typeof label === 'string' && label !== '');
        assert.doesNotMatch(`${label}${accessibilityInformation?.label ?? ''}`, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/, text);
        const tooltip = source.tooltip(row);
        assert.ok(tooltip instanceof vscode.MarkdownString && tooltip.isTrusted !== true && tooltip.supportHtml !== true && tooltip.supportThemeIcons !== true);
        const html: unknown = await vscode.commands.executeCommand('markdown.api.render', tooltip.value);
        assert.ok(typeof html === 'string');
        assert.doesNotMatch(html, /<(img|script|table|em|code|h1)\b|href="(?!https:\/\/evil\.example)/i, text);
      }
    }
  }).timeout(60_000);
});
