import path from 'node:path';
import { usageError } from '../../../protocol/errors.ts';
import type { Services } from '../../services.ts';
import type { WorkOptions } from '../../camp/progress.ts';
import type { Call, HandlersOf } from '../handlers.ts';

export const sessionHandlers: HandlersOf<'sessions'> = {
  'sessions/list': ({ limitMegabytes }, { services }) => services.camp.list(limitMegabytes === null ? undefined : limitMegabytes * 1e6),
  'sessions/show': ({ session }, { services }) => services.camp.show(session),
  'sessions/create': async (request, { services, signal }) => await services.camp.create(request, signal),
  'sessions/addInput': ({ session, ...input }, { services }) => services.camp.addInput(session, input),
  'sessions/suggestInputs': async ({ session, count }, call) => await call.services.campWork.suggestInputs(session, count, optionsOf(call)),
  'sessions/propose': async ({ session, replace }, call) => await call.services.campWork.propose(session, replace, optionsOf(call)),
  'sessions/setStrategies': ({ session, strategies }, { services }) => services.camp.setStrategies(session, strategies),
  'sessions/confirm': async ({ session, strategies }, call) => await call.services.campWork.confirm(session, strategies, optionsOf(call)),
  'sessions/regenerate': async ({ session, lineages }, call) => await call.services.campWork.regenerate(session, lineages, optionsOf(call)),
  'sessions/retry': async ({ session, lineage }, call) => await call.services.campWork.retry(session, lineage, optionsOf(call)),
  'sessions/feedback': async ({ session, feedback }, call) => await call.services.campWork.feedback(session, feedback, optionsOf(call)),
  'sessions/promote': async ({ session, kind }, call) => await call.services.campWork.promote(session, kind, optionsOf(call)),
  'sessions/judge': async ({ session }, call) => await call.services.campWork.judge(session, optionsOf(call)),
  'sessions/chat': async ({ session, ...request }, call) => await call.services.campWork.chat(session, request, optionsOf(call)),
  'sessions/takeSuggestion': ({ session, ...place }, { services }) => services.camp.takeSuggestion(session, place),
  'sessions/work': ({ session, input }, { services }) => services.campWork.current(session, input),
  'sessions/cancel': ({ session }, { services }) => ({ isAsked: services.campWork.cancel(session) }),
  'sessions/report': ({ session }, { services }) => services.campWork.report(session),
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
  'sessions/saveAgent': ({ session, ...request }, { services }) => services.camp.saveAgent(session, request),
  'sessions/export': ({ session, options, file }, { services }) => services.campTraining.export(session, options, file === null ? null : inside(services, file)),
  'sessions/toDataset': async ({ session, options, ...wish }, call) => await call.services.campTraining.toDataset(session, options, wish, optionsOf(call)),
  'sessions/toRun': async ({ session, options, ...wish }, call) => await call.services.campTraining.toRun(session, options, wish, optionsOf(call)),
  'sessions/import': ({ file, asCopy }, { services }) => services.camp.import(file, { asCopy }),
  'sessions/delete': async ({ session }, { services }) => await services.camp.delete(session, true),
};

function optionsOf({ signal, report }: Call): WorkOptions {
  return { signal, onProgress: ({ message, share, piece }) => report({ message, share, ...(piece === null ? {} : { piece }) }) };
}

/** A panel shows texts of models: what it asks for reaches no file beyond the workspace. */
function inside({ workspace }: Services, file: string): string {
  const resolved = path.resolve(workspace.root, file);
  const relative = path.relative(workspace.root, resolved);
  if (relative === '' || relative.startsWith('..') || path.isAbsolute(relative)) throw usageError('outside_workspace', 'The file lies outside the workspace.');
  return resolved;
}
