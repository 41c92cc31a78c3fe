import type { HandlersOf } from '../handlers.ts';

export const providerHandlers: HandlersOf<'providers' | 'secrets'> = {
  'providers/list': async (_params, { services, signal }) => ({ providers: services.providers.list(), defaultModel: await services.chatModels.defaultModel(signal) }),
  'providers/chatModels': async (_params, { services, signal }) => ({ models: [...services.chatModels.list(), ...(await services.chatModels.listOfEditor(signal))], defaultModel: await services.chatModels.defaultModel(signal) }),
  'providers/detect': async (_params, { services, signal }) => await services.providers.detect(signal),
  'providers/models': async ({ name }, { services, signal }) => await services.providers.models(name, signal),
  'providers/test': async ({ name, model }, { services, signal }) => await services.providers.test(name, model, signal),
  'providers/add': async (input, { services, signal }) => await services.providers.add({ ...input, key: null, keepKey: null, allowsHttp: false, price: null, firstPieceSeconds: null }, signal),
  'providers/remove': async ({ name }, { services, signal }) => await services.providers.remove(name, signal),
  'secrets/provide': ({ keys }, { services }) => {
    services.keys.provide(keys);
    return {};
  },
};
