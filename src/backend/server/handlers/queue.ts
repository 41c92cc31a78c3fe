import type { HandlersOf } from '../handlers.ts';

export const queueHandlers: HandlersOf<'queue' | 'worker'> = {
  'queue/list': ({ includeEnded }, { services }) => services.jobs.list({ minDepth: 0, includeEnded }),
  'queue/plan': async (_params, { services, signal }) => await services.runs.planQueue(signal),
  'queue/move': async ({ job, to }, { services }) => {
    await services.jobs.reconcile();
    return { job: services.jobs.move(job, to) };
  },
  'queue/prioritize': async ({ job, priority }, { services }) => {
    await services.jobs.reconcile();
    return { job: services.jobs.prioritize(job, priority) };
  },
  'queue/cancel': async ({ job }, { services }) => ({ job: await services.jobs.cancel(job) }),
  'queue/pause': (_params, { services }) => {
    services.jobs.pause();
    return services.jobs.list({ minDepth: 0, includeEnded: false });
  },
  'queue/resume': async (_params, { services }) => {
    await services.jobs.resume();
    return services.jobs.list({ minDepth: 0, includeEnded: false });
  },
  'worker/start': async (_params, { services }) => {
    const { pid, hasStarted } = await services.jobs.ensureWorker();
    return { pid, state: hasStarted ? 'started' : 'running', log: services.jobs.log };
  },
};
