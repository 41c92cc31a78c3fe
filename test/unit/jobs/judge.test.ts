import { expect, it } from 'vitest';
import { judge, type Evidence } from '../../../src/backend/jobs/judge.ts';

const event = (fields: object) => JSON.stringify({ v: 1, t: 1, seq: 9, attempt: 'att_a', ...fields });
const done = (state: string) => event({ kind: 'done', state, step: 3, checkpoint: null, adapter: null, adapterSha256: null, seconds: 1 });
const failure = (reason: string, transient: boolean) => event({ kind: 'error', reason, transient, message: 'm', hint: null });
const base: Evidence = { finalEvent: null, exit: { kind: 'unseen' }, isStopRequested: false, attempts: 1, maxAttempts: 3, tail: ['last words'] };

it.each<[string, Partial<Evidence>, object]>([
  ['completes what says that it is done', { finalEvent: done('completed') }, { kind: 'ended', run: { state: 'completed' }, job: { status: 'completed' } }],
  ['completes it even when a stop came too late', { finalEvent: done('completed'), isStopRequested: true }, { kind: 'ended', run: { state: 'completed' } }],
  ['cancels what was asked to stop', { finalEvent: done('cancelled'), isStopRequested: true }, { kind: 'ended', run: { state: 'cancelled' }, job: { status: 'skipped', reason: 'cancelled' } }],
  ['cancels what had to be killed to stop', { isStopRequested: true, exit: { kind: 'signal', signal: 'SIGKILL' } }, { kind: 'ended', run: { state: 'cancelled' } }],
  ['goes on with what the system asked to end', { finalEvent: done('cancelled') }, { kind: 'retry', isRefunded: false }],
  ['goes on after a kill', { exit: { kind: 'signal', signal: 'SIGKILL' } }, { kind: 'retry', reason: 'killed' }],
  ['goes on after a restart of the machine', { exit: { kind: 'restart' } }, { kind: 'retry' }],
  ['gives the try back where nothing began', { exit: { kind: 'neverBegan' }, attempts: 3 }, { kind: 'retry', isRefunded: true }],
  ['interrupts after the last try, with the log’s tail', { attempts: 3 }, { kind: 'ended', run: { state: 'interrupted', message: expect.stringContaining('last words') }, job: { status: 'failed' } }],
  ['retries what the trainer calls transient', { finalEvent: failure('environment', true) }, { kind: 'retry', reason: 'environment' }],
  ['retries a full disk', { finalEvent: failure('disk_full', false) }, { kind: 'retry', reason: 'disk_full' }],
  ['fails what will fail again', { finalEvent: failure('diverged', false) }, { kind: 'ended', run: { state: 'failed', reason: 'diverged' }, job: { status: 'failed', reason: 'diverged' } }],
  ['fails the last try of a transient cause', { finalEvent: failure('environment', true), attempts: 3 }, { kind: 'ended', run: { state: 'failed', reason: 'environment' } }],
  ['fails a trainer that ends with a code and no word', { exit: { kind: 'code', code: 1 } }, { kind: 'ended', run: { state: 'failed', reason: 'internal' } }],
  ['fails what can’t be started', { exit: { kind: 'unstarted', message: 'ENOENT' } }, { kind: 'ended', run: { state: 'failed', reason: 'environment' } }],
])('%s', (_what, evidence, verdict) => {
  expect(judge({ ...base, ...evidence })).toMatchObject(verdict);
});
