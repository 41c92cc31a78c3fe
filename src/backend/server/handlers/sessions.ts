import type { HandlersOf } from '../handlers.ts';

export const sessionHandlers: HandlersOf<'sessions'> = {
  'sessions/list': (_params, { services }) => services.camp.list(),
  'sessions/show': ({ session }, { services }) => services.camp.show(session),
  'sessions/create': async (request, { services, signal }) => await services.camp.create(request, signal),
  'sessions/addInput': ({ session, ...input }, { services }) => services.camp.addInput(session, input),
  'sessions/score': ({ session, artifact, lineage, input, ...rest }, { services }) => {
    // The schema lets exactly one of the two through.
    if (artifact !== undefined) return services.camp.score(session, { target: { artifact }, ...rest });
    if (lineage !== undefined) return services.camp.score(session, { target: { lineage, input }, ...rest });
    throw new Error('a score without a target');
  },
  'sessions/lock': ({ session, lineage, isLocked }, { services }) => services.camp.setLock(session, lineage, isLocked),
  'sessions/direct': ({ session, lineage, sticky, oneShot }, { services }) =>
    services.camp.direct(session, lineage, { ...(sticky === undefined ? {} : { sticky }), ...(oneShot === undefined ? {} : { oneShot }) }),
  'sessions/rename': ({ session, name }, { services }) => services.camp.rename(session, name),
  'sessions/configure': ({ session, model, trainerModel, judgeModel, costCapUsd }, { services }) =>
    services.camp.configure(session, {
      ...(model === undefined ? {} : { model }),
      ...(trainerModel === undefined ? {} : { trainerModel }),
      ...(judgeModel === undefined ? {} : { judgeModel }),
      ...(costCapUsd === undefined ? {} : { costCapUsd }),
    }),
  'sessions/history': ({ session, lineage }, { services }) => services.camp.history(session, lineage),
  'sessions/agent': ({ session, lineage, version }, { services }) => services.camp.agent(session, lineage, version),
  'sessions/import': ({ file, asCopy }, { services }) => services.camp.import(file, { asCopy }),
  'sessions/delete': async ({ session }, { services }) => await services.camp.delete(session, true),
};
