/** Name of the lease that makes a worker the only one of its workspace. */
export const workerLease = 'worker';

/** A worker whose heartbeat stands still for this long, though its process lives, is superseded. */
export const leaseMs = 10_000;

/** How often the worker raises its heartbeat. */
export const beatMs = 1000;
