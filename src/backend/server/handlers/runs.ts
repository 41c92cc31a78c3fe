import { version } from '../../version.ts';
import type { StartRequest } from '../../../protocol/requests.ts';
import type { RunRequest } from '../../runs/prepareRun.ts';
import type { HandlersOf } from '../handlers.ts';

export const runHandlers: HandlersOf<'runs'> = {
  'runs/list': ({ cursor, ...filter }, { services }) => services.runs.list(filter, cursor),
  'runs/status': ({ run, ...include }, { services }) => services.runs.status(run, include),
  'runs/details': ({ run }, { services }) => services.runs.details(run),
  'runs/plan': async (request, { services, signal }) => await services.runs.plan(toRunRequest(request), signal),
  'runs/start': async (request, { services, signal }) =>
    await services.runs.start(
      toRunRequest(request),
      { agent: request.agent, priority: request.priority, startFrom: null, versions: { 'training-camp': version, node: process.versions.node } },
      signal,
    ),
  'runs/stop': async ({ run, discard }, { services, signal }) => await services.stopRun(run, { isDiscarding: discard, signal }),
  'runs/resume': async ({ run, extendEpochs }, { services, signal }) => await services.resumeRun(run, { priority: null, extendEpochs, signal }),
  'runs/logs': ({ run, tail }, { services }) => services.runs.logs(run, tail),
  'runs/metrics': ({ run, keys, points }, { services }) => services.runs.metrics(run, { keys, from: null, to: null, buckets: points, every: null }),
  'runs/envelopes': ({ run, keys, ...range }, { services }) => services.runs.envelopes(run, keys, range),
};

function toRunRequest({ dataset, evalDataset, model, profile, campaign, set }: StartRequest): RunRequest {
  const entries = set.map(({ key, value }) => ({ key, value, where: 'the wizard', isText: typeof value === 'string' }));
  return { dataset, evalDataset, model, profile, campaign, configFile: null, entries };
}
