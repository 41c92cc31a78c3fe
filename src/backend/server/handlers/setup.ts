import type { HandlersOf } from '../handlers.ts';

export const setupHandlers: HandlersOf<'setup' | 'workspace'> = {
  'setup/facts': (_params, { services }) => services.setup.facts(),
  'setup/run': async (_params, { services, signal, report }) =>
    await services.setup.setUp({ useUv: false, signal, onProgress: ({ step, message, fraction }) => report({ message: `${step}: ${message}`, share: fraction }) }),
  'setup/examine': async (_params, { services, signal }) => await services.setup.examine({ workspace: services.workspace, signal }),
  'workspace/status': (_params, { services }) => services.runs.workspaceStatus(),
  'workspace/scaffold': (_params, { services }) => services.setup.scaffold(services.workspace),
  'workspace/planRestore': (_params, { services }) => services.restore.plan(),
  'workspace/restoreBackup': async (_params, { services, signal }) => await services.restore.restore(signal),
};
