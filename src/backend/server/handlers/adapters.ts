import type { HandlersOf } from '../handlers.ts';

export const adapterHandlers: HandlersOf<'adapters' | 'models' | 'ask'> = {
  'adapters/list': (_params, { services }) => ({ adapters: services.adapters.list() }),
  'adapters/show': ({ adapter }, { services }) => services.adapters.show(adapter),
  'adapters/test': async (input, { services, signal, report }) =>
    await services.adapters.test(input, {
      signal,
      onWarning: (text) => services.notify(text),
      onProgress: ({ phase, done, total }) => report({ message: phase, share: done === null || total === null || total === 0 ? null : Math.min(1, done / total) }),
    }),
  'adapters/remove': async ({ adapter }, { services }) => await services.adapters.remove(adapter, true),
  'models/list': (_params, { services }) => ({ models: services.models.list() }),
  'ask': async (input, { services, signal, report }) =>
    await services.ask(
      { ...input, temperature: 0, seed: 0 },
      { signal, onText: (text) => report({ message: '', share: null, text }) },
    ),
};
