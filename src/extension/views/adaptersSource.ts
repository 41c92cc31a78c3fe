import type * as vscode from 'vscode';
import { counted } from '../../common/figures.ts';
import type { AdapterSummary } from '../../protocol/adapters.ts';
import type { Backend } from '../client/backend.ts';
import type { Row, RowOf } from './rows.ts';
import { adapterFacts, adapterText, nameText, spoken } from './texts.ts';
import { pageOf, type Change, type Page, type TreeSource } from './tree.ts';
import { factsTooltip, makeItem } from './treeItems.ts';

/** Agents, and below each the versions of its adapters, newest first. */
export class AdaptersSource implements TreeSource {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(parent: Row | undefined, cursor: string | null): Promise<Page> {
    if (parent === undefined) {
      const { adapters } = await this.#backend.request('adapters/list', {});
      return pageOf(byAgent(adapters), cursor);
    }
    if (parent.kind !== 'agent') return { rows: [], next: null };
    return pageOf(parent.adapters.map((adapter) => ({ kind: 'adapter', key: `adapter ${adapter.id}`, adapter })), cursor);
  }

  item(row: Row): vscode.TreeItem {
    if (row.kind === 'agent') {
      const name = row.agent === null ? 'No agent' : nameText(row.agent);
      const description = counted(row.adapters.length, 'adapter');
      return makeItem({ key: row.key, label: name, description, icon: row.agent === null ? 'circle-large-outline' : 'robot', contextValue: 'agent', children: 'open', spoken: spoken(row.agent === null ? '' : 'Agent', name, description) });
    }
    if (row.kind !== 'adapter') throw new Error(`no row of adapters: ${row.kind}`);
    return adapterItem(row);
  }

  tooltip(row: Row): vscode.MarkdownString | undefined {
    return row.kind === 'adapter' ? factsTooltip(`${nameText(row.adapter.name)}, version ${String(row.adapter.version)}`, adapterFacts(row.adapter)) : undefined;
  }

  affects({ topic }: Change): ReturnType<TreeSource['affects']> {
    return topic === 'adapters' ? 'all' : 'nothing';
  }

  reread(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

function adapterItem({ key, adapter }: RowOf<'adapter'>): vscode.TreeItem {
  const label = `${nameText(adapter.name)} v${String(adapter.version)}`;
  const description = adapterText(adapter);
  const { icon, color } = adapterLook(adapter);
  return makeItem({
    key,
    label,
    description,
    icon,
    ...(color === undefined ? {} : { color }),
    contextValue: `adapter ${adapter.state}${adapter.hasGguf ? ' canAsk' : ''}`,
    spoken: spoken('Adapter', label, description),
  });
}

function adapterLook({ state, verdict }: AdapterSummary): { icon: string; color?: string } {
  if (state === 'deployed') return { icon: 'rocket', color: 'testing.iconPassed' };
  if (state === 'retired') return { icon: 'archive', color: 'disabledForeground' };
  switch (verdict) {
    case 'deploy':
      return { icon: 'verified', color: 'testing.iconPassed' };
    case 'review':
      return { icon: 'package', color: 'list.warningForeground' };
    case 'reject':
      return { icon: 'package', color: 'testing.iconFailed' };
    default:
      return { icon: 'package' };
  }
}

/** Those of agents first, by name. */
function byAgent(adapters: readonly AdapterSummary[]): Row[] {
  const groups = new Map<string | null, AdapterSummary[]>();
  for (const adapter of adapters) groups.set(adapter.agent, [...(groups.get(adapter.agent) ?? []), adapter]);
  return [...groups]
    .sort(([left], [right]) => (left === null ? 1 : right === null ? -1 : left.localeCompare(right)))
    .map(([agent, own]) => ({ kind: 'agent', key: agent === null ? 'no agent' : `agent ${agent}`, agent, adapters: own }));
}
