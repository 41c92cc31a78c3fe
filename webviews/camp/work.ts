import type { MethodName, ParamsInput } from '../../src/protocol/contract.ts';
import type { WorkKind } from '../../src/protocol/sessionWork.ts';
import type { Delivered } from '../shared/backend.ts';
import type { ActionsInit } from './actions.ts';
import { asRequestError } from '../shared/problems.ts';
import { workTitles } from './model/workTitles.ts';

export interface WorkRequest<Name extends MethodName> {
  kind: WorkKind;
  method: Name;
  params: ParamsInput<Name>;
  onDone?: (result: Delivered<Name>) => void;
  onFailed?: () => void;
}

/**
 * Asks for long work of the backend. How far it is comes with the feed, whoever asked for it, and it goes on when the
 * panel is hidden or closed; a second piece of work is refused by the backend.
 */
export function makeWork({ backend, sessionStore, lookAtWork, refresh }: ActionsInit): <Name extends MethodName>(request: WorkRequest<Name>) => void {
  return ({ kind, method, params, onDone, onFailed }) => {
    if (sessionStore.getState().work !== null) return;
    // Until the backend tells more, so that nothing is asked for twice.
    sessionStore.setState({ problem: null, ended: null, reply: '', work: { title: workTitles[kind], message: '', share: null, startedMs: Date.now(), cancel: null } });
    backend
      .requestWork(method, params)
      .then(onDone)
      .catch((error: unknown) => {
        onFailed?.();
        const problem = asRequestError(error);
        if (problem.code !== 'work_cancelled' && problem.code !== 'cancelled') sessionStore.setState({ problem });
      })
      .finally(() => {
        lookAtWork();
        refresh();
      });
    lookAtWork();
  };
}
