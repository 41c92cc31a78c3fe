import type * as vscode from 'vscode';
import { counted } from '../../common/figures.ts';
import type { Split } from '../../protocol/datasets.ts';
import type { Backend } from '../client/backend.ts';
import type { Row } from './rows.ts';
import { datasetFacts, datasetText, nameText, spoken } from './texts.ts';
import { pageOf, type Change, type Page, type TreeSource } from './tree.ts';
import { factsTooltip, makeItem } from './treeItems.ts';

const splits: readonly { split: Split; icon: string; purpose: string }[] = [
  { split: 'train', icon: 'mortar-board', purpose: 'what runs learn from' },
  { split: 'validation', icon: 'graph-line', purpose: 'what the validation loss is measured on' },
  { split: 'test', icon: 'beaker', purpose: 'what no run sees; adapters are tested on it' },
];

/** Datasets, newest version of each, and the splits below them. */
export class DatasetsSource implements TreeSource {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(parent: Row | undefined, cursor: string | null): Promise<Page> {
    if (parent === undefined) {
      const { datasets } = await this.#backend.request('datasets/list', {});
      return pageOf(datasets.map((dataset) => ({ kind: 'dataset', key: `dataset ${dataset.id}`, dataset })), cursor);
    }
    if (parent.kind !== 'dataset') return { rows: [], next: null };
    const { dataset } = parent;
    return { rows: splits.map(({ split }) => ({ kind: 'split', key: `split ${dataset.id} ${split}`, dataset, split, rows: dataset.splits[split] })), next: null };
  }

  item(row: Row): vscode.TreeItem {
    if (row.kind === 'split') {
      const look = splits.find(({ split }) => split === row.split);
      const description = counted(row.rows, 'row');
      return makeItem({ key: row.key, label: row.split, description, icon: look?.icon ?? 'list-flat', contextValue: `split ${row.split}`, spoken: spoken('Split', row.split, description), command: { command: 'trainingCamp.datasets.open', title: 'Open Dataset', arguments: [row.dataset.id] } });
    }
    if (row.kind !== 'dataset') throw new Error(`no row of datasets: ${row.kind}`);
    const name = nameText(row.dataset.name);
    const description = datasetText(row.dataset);
    return makeItem({
      key: row.key,
      label: name,
      description,
      icon: 'database',
      contextValue: `dataset ${row.dataset.format}`,
      children: 'closed',
      spoken: spoken('Dataset', name, description),
      command: { command: 'trainingCamp.datasets.open', title: 'Open Dataset', arguments: [row.dataset.id] },
    });
  }

  tooltip(row: Row): vscode.MarkdownString | undefined {
    if (row.kind === 'dataset') return factsTooltip(nameText(row.dataset.name), datasetFacts(row.dataset));
    const purpose = row.kind === 'split' ? splits.find(({ split }) => split === row.split)?.purpose : undefined;
    return purpose === undefined || row.kind !== 'split' ? undefined : factsTooltip(row.split, [['Purpose', purpose], ['Rows', String(row.rows)]]);
  }

  affects({ topic }: Change): ReturnType<TreeSource['affects']> {
    return topic === 'datasets' ? 'all' : 'nothing';
  }

  reread(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
