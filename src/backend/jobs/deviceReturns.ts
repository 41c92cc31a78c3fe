import type { Logger } from 'pino';
import { releaseDevice, type DeviceLease } from '../platform/deviceLease.ts';

/**
 * Gives devices back, and tries again where that failed: a lease that a living worker keeps by mistake would block the
 * device for every run of the machine.
 */
export class DeviceReturns {
  readonly #folder: string;
  readonly #log: Logger;
  #owed: DeviceLease[] = [];

  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  giveBack(lease: DeviceLease): void {
    // Adopted without one, because its trainer had died and the device was another's by then.
    if (lease.generation === 0) return;
    this.#owed.push(lease);
    this.retry();
  }

  /** The run has its device again: it is no longer to be given back. */
  keep(lease: DeviceLease): void {
    this.#owed = this.#owed.filter((owed) => owed.device !== lease.device || owed.generation !== lease.generation);
  }

  retry(): void {
    this.#owed = this.#owed.filter((lease) => {
      try {
        releaseDevice(this.#folder, lease);
        return false;
      } catch (error) {
        this.#log.warn({ err: error, device: lease.device }, 'the device could not be given back yet');
        return true;
      }
    });
  }
}
