import { expect, onTestFinished, test } from 'vitest';
import { Loader } from '../../../webviews/shared/loader.ts';
import { RequestError } from '../../../webviews/shared/problems.ts';
import { until } from '../../support/until.ts';

interface Call {
  signal: AbortSignal;
  resolve: (value: string) => void;
  reject: (error: Error) => void;
}

/** A loader whose loads the test ends by hand. */
function makeLoader() {
  const calls: Call[] = [];
  const loaded: string[] = [];
  const failures: string[] = [];
  const reconnecting: boolean[] = [];
  const loader = new Loader<string>({
    load: (signal) => new Promise((resolve, reject) => calls.push({ signal, resolve, reject })),
    onLoaded: (value) => loaded.push(value),
    onFailed: ({ message }) => failures.push(message),
    onReconnecting: (isAway) => reconnecting.push(isAway),
    pauseMs: 1,
  });
  onTestFinished(() => loader.dispose());
  return { loader, calls, loaded, failures, reconnecting };
}

test('changes during a load make one further load', async () => {
  const { loader, calls, loaded } = makeLoader();
  loader.refresh();
  for (let change = 0; change < 5; change += 1) loader.refresh();
  expect(calls).toHaveLength(1);
  calls[0]?.resolve('old');
  await until('a second load', () => calls.length === 2);
  calls[1]?.resolve('new');
  await until('both results', () => loaded.length === 2);
  expect(loaded).toEqual(['old', 'new']);
  expect(calls).toHaveLength(2);
});

test('a restart gives up what is under way and shows only the new answer', async () => {
  const { loader, calls, loaded } = makeLoader();
  loader.refresh();
  loader.restart();
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  calls[0]?.resolve('old');
  calls[1]?.resolve('new');
  await until('a result', () => loaded.length > 0);
  expect(loaded).toEqual(['new']);
});

test('it asks again while the backend is away, and says so', async () => {
  const { loader, calls, loaded, failures, reconnecting } = makeLoader();
  loader.refresh();
  calls[0]?.reject(new RequestError({ code: 'backend_restarting', message: 'away' }));
  await until('another try', () => calls.length === 2);
  calls[1]?.resolve('back');
  await until('a result', () => loaded.length > 0);
  expect({ loaded, failures, reconnecting }).toEqual({ loaded: ['back'], failures: [], reconnecting: [true, false] });
});

test('another failure is told and not repeated', async () => {
  const { loader, calls, failures } = makeLoader();
  loader.refresh();
  calls[0]?.reject(new RequestError({ code: 'run_not_found', message: 'There is no such run.' }));
  await until('the failure', () => failures.length > 0);
  expect(failures).toEqual(['There is no such run.']);
  expect(calls).toHaveLength(1);
});
