import type { Clock } from '../../src/backend/platform/clock.ts';

/** A clock that moves only when told. Both of its times can be moved apart, as a machine's are. */
export class TestClock implements Clock {
  wallMs = Date.parse('2026-01-01T12:00:00Z');
  risingMs = 0;

  now(): Date {
    return new Date(this.wallMs);
  }

  monotonicMs(): number {
    return this.risingMs;
  }

  async sleep(ms: number): Promise<void> {
    this.advance(ms);
    await Promise.resolve();
  }

  advance(ms: number): void {
    this.wallMs += ms;
    this.risingMs += ms;
  }

  /** What an administrator, or a time server, does. */
  setBack(ms: number): void {
    this.wallMs -= ms;
  }
}
