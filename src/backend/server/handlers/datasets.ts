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
  'datasets/rows': async ({ dataset, version, where, first, last }, { services, signal }) =>
    await services.datasets.show(services.datasets.find(dataset, version ?? undefined), { where, first, last, signal }),
  'datasets/page': async ({ dataset, version, ...request }, { services, signal, report }) =>
    await services.datasets.page(services.datasets.find(dataset, version ?? undefined), request, {
      signal,
      onProgress: (share) => report({ message: 'Searching rows', share }),
    }),
  'datasets/facets': async ({ dataset, version, split }, { services, signal }) =>
    await services.datasets.facets(services.datasets.find(dataset, version ?? undefined), split, signal),
  'datasets/report': ({ dataset, version }, { services }) => services.datasets.report(services.datasets.find(dataset, version ?? undefined)),
  'datasets/nearPairs': async ({ dataset, version }, { services, signal, report }) =>
    await services.datasets.nearPairs(services.datasets.find(dataset, version ?? undefined), {
      signal,
      onProgress: (done, all) => report({ message: `${done.toLocaleString('en')} of ${all.toLocaleString('en')} rows`, share: done / all }),
    }),
  'datasets/inspect': async ({ dataset, version, ...request }, { services, signal }) =>
    await services.inspect({ version: services.datasets.find(dataset, version ?? undefined), ...request }, signal),
  'datasets/remove': async ({ dataset, isForced }, { services }) => await services.datasets.remove(dataset, { isConfirmed: true, isForced }),
};
