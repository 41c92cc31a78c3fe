import * as vscode from 'vscode';
import { usageAdvice, usageText } from '../../common/sessionUsage.ts';
import type { Backend } from '../client/backend.ts';
import { sessionLimitMegabytes } from '../settings.ts';
import type { Row } from './rows.ts';
import { lineageText, sessionFacts, sessionRows, sessionText } from './sessionTexts.ts';
import { nameText, spoken } from './texts.ts';
import { pageOf, type Change, type Page, type TreeSource } from './tree.ts';
import { factsTooltip, makeItem } from './treeItems.ts';

/** What sessions take, near their limit; then sessions, newest first; below each its lineages, and below those the versions of their agents, newest first. */
export class SessionsSource implements TreeSource {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(parent: Row | undefined, cursor: string | null): Promise<Page> {
    if (parent === undefined) {
      return pageOf(sessionRows(await this.#backend.request('sessions/list', { limitMegabytes: sessionLimitMegabytes() })), cursor);
    }
    if (parent.kind === 'session') {
      const { session } = parent;
      return { rows: session.lineages.map((lineage) => ({ kind: 'lineage', key: `lineage ${session.id} ${lineage.label}`, session, lineage })), next: null };
    }
    return parent.kind === 'lineage' ? pageOf(await this.#versions(parent), cursor) : { rows: [], next: null };
  }

  item(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case 'usage':
        return makeItem({
          key: row.key,
          label: usageText(row),
          icon: 'warning',
          color: 'list.warningForeground',
          contextValue: 'usage',
          spoken: `Warning: ${usageText(row)}. ${usageAdvice}`,
          command: { command: 'trainingCamp.sessions.freeRoom', title: 'Free Room' },
        });
      case 'session': {
        const { session } = row;
        const name = nameText(session.name);
        const description = sessionText(session);
        return makeItem({
          key: row.key,
          label: name,
          description,
          icon: session.isWorking ? 'loading~spin' : session.mode === 'quickstart' ? 'rocket' : 'comment-discussion',
          contextValue: `session ${session.mode} ${session.stage}${session.isWorking ? ' working' : ''}`,
          children: session.lineages.length > 0 ? 'closed' : 'none',
          spoken: spoken('Session', name, description),
          command: { command: 'trainingCamp.sessions.open', title: 'Open Session', arguments: [row] },
        });
      }
      case 'lineage': {
        const { lineage } = row;
        const description = lineageText(lineage);
        const name = `${lineage.label} ${nameText(lineage.strategyTag)}`;
        return makeItem({
          key: row.key,
          label: name,
          description,
          icon: lineage.hasProblem ? 'error' : lineage.isLocked ? 'lock' : 'git-branch',
          ...(lineage.hasProblem ? { color: 'list.errorForeground' } : {}),
          contextValue: `lineage ${lineage.isLocked ? 'locked' : 'unlocked'}`,
          children: lineage.version > 0 ? 'closed' : 'none',
          spoken: spoken('Lineage', name, description),
          command: { command: 'trainingCamp.sessions.open', title: 'Open Session', arguments: [row] },
        });
      }
      case 'agentVersion': {
        const name = `v${String(row.version)}`;
        const description = row.isNewest ? `${row.origin} · the newest` : row.origin;
        return makeItem({
          key: row.key,
          label: name,
          description,
          icon: 'robot',
          contextValue: 'agentVersion',
          spoken: spoken(`Agent of lineage ${row.label}, version`, String(row.version), description),
          command: { command: 'trainingCamp.sessions.open', title: 'Show Agent', arguments: [row] },
        });
      }
      default:
        throw new Error(`no row of sessions: ${row.kind}`);
    }
  }

  tooltip(row: Row): vscode.MarkdownString | undefined {
    if (row.kind === 'usage') return new vscode.MarkdownString().appendText(`${usageText(row)}. ${usageAdvice}`);
    if (row.kind === 'session') return factsTooltip(nameText(row.session.name), sessionFacts(row.session));
    return row.kind === 'lineage' ? factsTooltip(`Lineage ${row.lineage.label}`, [['Strategy', nameText(row.lineage.strategyTag)], ['State', lineageText(row.lineage)]]) : undefined;
  }

  affects({ topic }: Change): ReturnType<TreeSource['affects']> {
    return topic === 'sessions' ? 'all' : 'nothing';
  }

  reread(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async #versions({ session, lineage }: Extract<Row, { kind: 'lineage' }>): Promise<Row[]> {
    const { lineages } = await this.#backend.request('sessions/show', { session: session.id });
    const agents = lineages.find(({ label }) => label === lineage.label)?.agents ?? [];
    return agents.toReversed().map(({ version, origin }, index) => ({ kind: 'agentVersion', key: `agent ${session.id} ${lineage.label} ${String(version)}`, session, label: lineage.label, version, origin, isNewest: index === 0 }));
  }
}
