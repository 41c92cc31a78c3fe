import type { Datasets } from '../datasets/datasets.ts';
import { prepareOptionsSchema } from '../datasets/prepareOptions.ts';
import type { Runs } from '../runs/runsService.ts';
import { version } from '../version.ts';
import type { CampTrainingInit } from './campTraining.ts';

/** How a session's rows become a dataset of the workspace, and that a run. */
export function trainingCalls({ root, datasets, runs }: { root: string; datasets: () => Datasets; runs: () => Runs }): Pick<CampTrainingInit, 'prepare' | 'start'> {
  return {
    prepare: async (request, { signal, onProgress }) =>
      await datasets().prepare(prepareOptionsSchema.parse(request), {
        base: root,
        signal,
        onProgress: ({ rows, share }) => onProgress({ message: `${String(rows)} rows`, share, piece: null }),
      }),
    start: async (dataset, { model, agent, set }, signal) =>
      await runs().start(
        {
          dataset, model, evalDataset: null, profile: null, campaign: null, configFile: null,
          entries: set.map(({ key, value }) => ({ key, value, where: 'the session', isText: typeof value === 'string' })),
        },
        { agent, priority: 'normal', startFrom: null, versions: { 'training-camp': version, node: process.versions.node } },
        signal,
      ),
  };
}
