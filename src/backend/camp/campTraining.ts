import { usageError } from '../../protocol/errors.ts';
import type { PrepareResult } from '../../protocol/datasets.ts';
import type { StartResult } from '../../protocol/runResults.ts';
import type { ExportOptions } from '../../protocol/sessionExport.ts';
import type { ExportFileResult, ToDatasetResult, ToRunResult } from '../../protocol/sessionResults.ts';
import { exportToFile } from './exportFile.ts';
import type { WorkOptions } from './progress.ts';
import { findSession, requireDocument, type SessionPlace } from './sessionStore.ts';

/** How a session becomes training data, and training data a run. */
export interface CampTraining {
  /** `file` is absolute; null is a place of ours. */
  export(reference: string, options: ExportOptions, file: string | null): ExportFileResult;
  toDataset(reference: string, options: ExportOptions, dataset: DatasetWish, work: WorkOptions): Promise<ToDatasetResult>;
  toRun(reference: string, options: ExportOptions, wish: DatasetWish & RunWish, work: WorkOptions): Promise<ToRunResult>;
}

export interface DatasetWish {
  /** Null names the dataset after the session. */
  name: string | null;
  /** As `training prepare --split` has it; null keeps everything for training while there is little. */
  split: string | null;
}

export interface RunWish {
  model: string | null;
  agent: string | null;
  /** Training options by dotted key. */
  set: { key: string; value: string | number | boolean | null }[];
}

export interface CampTrainingInit {
  place: () => SessionPlace;
  prepare: (request: { paths: string[]; name: string; split: string }, work: WorkOptions) => Promise<PrepareResult>;
  start: (dataset: string, wish: RunWish, signal: AbortSignal) => Promise<StartResult>;
}

/** Beside it, a dataset's name says of what kind its rows are. */
const longestNamed = 60;

/** After the session, as far as the name of a dataset can say it (`datasetNamePattern`). A further export is its next version. */
export function datasetNameOf(session: string, kind: ExportOptions['kind']): string {
  const sayable = session.replace(/[^\p{L}\p{N} ._()+-]+/gu, ' ').replace(/ {2,}/g, ' ').replace(/^[^\p{L}\p{N}]+/u, '');
  const said = Array.from(sayable).slice(0, longestNamed).join('').trim();
  return `${said === '' ? 'Session' : said} (${kind.toUpperCase()})`;
}

/** With fewer rows than this a split for validation or testing says nothing. */
const fewestToSplit = 50;

export function makeCampTraining({ place: placeOf, prepare, start }: CampTrainingInit): CampTraining {
  const toDataset: CampTraining['toDataset'] = async (reference, options, { name, split }, work) => {
    const place = placeOf();
    const id = findSession(place, reference);
    if (['json', 'python', 'typescript'].includes(options.kind)) throw usageError('not_training_data', `${options.kind} is no training data.`, { hint: 'Choose sft, dpo, kto or reward.' });
    const exported = exportToFile(place, id, options, null);
    if (exported.file === null) return { export: exported, dataset: null };
    const shares = split ?? (exported.count < fewestToSplit ? 'train=1,validation=0,test=0' : 'train=0.8,validation=0.1,test=0.1');
    return { export: exported, dataset: await prepare({ paths: [exported.file], name: name ?? datasetNameOf(requireDocument(place, id).session.name, options.kind), split: shares }, work) };
  };
  return {
    export: (reference, options, file) => {
      const place = placeOf();
      return exportToFile(place, findSession(place, reference), options, file);
    },
    toDataset,
    toRun: async (reference, options, wish, work) => {
      if (options.kind !== 'sft' && options.kind !== 'dpo') throw usageError('not_trainable', `Runs train on sft or dpo rows; ${options.kind} rows are for other trainers.`);
      const made = await toDataset(reference, options, wish, work);
      if (made.dataset?.dataset === undefined || made.dataset.dataset === null) return { ...made, run: null };
      work.signal.throwIfAborted();
      return { ...made, run: await start(made.dataset.dataset.id, wish, work.signal) };
    },
  };
}
