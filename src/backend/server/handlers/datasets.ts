import { prepareOptionsSchema } from '../../datasets/prepareOptions.ts';
import { usageError } from '../../../protocol/errors.ts';
import type { HandlersOf } from '../handlers.ts';

export const datasetHandlers: HandlersOf<'datasets'> = {
  'datasets/list': (_params, { services }) => ({ datasets: services.datasets.list() }),
  'datasets/prepare': async (request, { services, signal, report }) => {
    const options = prepareOptionsSchema.safeParse(request);
    if (!options.success) throw usageError('bad_options', options.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    return await services.datasets.prepare(options.data, {
      base: services.workspace.root,
      signal,
      onProgress: ({ rows, share }) => report({ message: `${rows} rows`, share }),
    });
  },
  'datasets/rows': ({ dataset, version, where, first, last }, { services }) =>
    services.datasets.show(services.datasets.find(dataset, version ?? undefined), { where, first, last }),
  'datasets/inspect': async ({ dataset, version, ...request }, { services, signal }) =>
    await services.inspect({ version: services.datasets.find(dataset, version ?? undefined), ...request }, signal),
  'datasets/remove': async ({ dataset, isForced }, { services }) => await services.datasets.remove(dataset, { isConfirmed: true, isForced }),
};
