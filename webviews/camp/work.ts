import type { MethodName, ParamsInput, Progress } from '../../src/protocol/contract.ts';
import type { Delivered } from '../shared/backend.ts';
import { RequestError } from '../shared/problems.ts';
import type { ActionsInit } from './actions.ts';
import { newestExecution } from './model/standings.ts';
import { streamKey } from './model/streamKey.ts';

/** Pieces of answers are drawn at most so often. */
const drawMs = 100;

export interface WorkRequest<Name extends MethodName> {
  title: string;
  method: Name;
  params: ParamsInput<Name>;
  onDone?: (result: Delivered<Name>) => void;
}

/** Runs long work of the backend: one at a time, with how far it is, what is written meanwhile, and a way to end it. */
export function makeWork({ backend, sessionStore, lineageStore, refresh }: ActionsInit): <Name extends MethodName>(request: WorkRequest<Name>) => void {
  return ({ title, method, params, onDone }) => {
    if (sessionStore.getState().work !== null) return;
    const abort = new AbortController();
    const startedMs = Date.now();
    const tell = (message: string, share: number | null) => sessionStore.setState({ work: { title, message, share, startedMs, cancel: () => abort.abort() } });
    const pieces = gatherPieces((texts) => lineageStore.getState().append(texts));
    const onProgress = ({ message, share, piece }: Progress) => {
      if (message !== '') tell(message, share);
      const input = sessionStore.getState().document?.inputs.find(({ number }) => number === piece?.input);
      if (piece === undefined || input === undefined) return;
      const key = streamKey(piece.lineage, input.id);
      if (piece.isFirst || lineageStore.getState().streams[key] === undefined) {
        pieces.flush();
        lineageStore.getState().begin(key, newestExecution(sessionStore.getState().document, key));
      }
      pieces.add(key, piece.text);
    };
    sessionStore.setState({ problem: null });
    tell('', null);
    backend
      .requestWithProgress(method, params, { signal: abort.signal, onProgress })
      .then(onDone)
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        sessionStore.setState({ problem: error instanceof RequestError ? error : new RequestError({ code: 'internal', message: String(error) }) });
      })
      .finally(() => {
        pieces.dispose();
        // What was written stays in sight until the document brings what is stored of it.
        sessionStore.setState({ work: null });
        refresh();
      });
  };
}

/** Pieces come far more often than a page is drawn. */
function gatherPieces(draw: (texts: Readonly<Record<string, string>>) => void): { add: (key: string, text: string) => void; flush: () => void; dispose: () => void } {
  let waiting: Record<string, string> = {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (Object.keys(waiting).length > 0) draw(waiting);
    waiting = {};
  };
  return {
    add: (key, text) => {
      waiting[key] = (waiting[key] ?? '') + text;
      timer ??= setTimeout(flush, drawMs);
    },
    flush,
    dispose: () => clearTimeout(timer),
  };
}
