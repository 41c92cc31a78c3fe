import { spawnSync } from 'node:child_process';

/** What to put before a command so that it and all it starts have loopback and no other network. */
export interface Offline {
  launcher: readonly string[];
  /** Why this machine can't; null where it can. */
  reason: string | null;
}

const loopbackUp = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

/** By a network namespace of Linux, which root may make, and others where the machine lets them. */
export function findOffline(): Offline {
  if (process.platform !== 'linux') return { launcher: [], reason: 'network namespaces are a matter of Linux' };
  const ways = [['unshare', '--net', ...loopbackUp], ['unshare', '--net', '--map-root-user', ...loopbackUp]];
  const launcher = ways.find(([command = '', ...args]) => spawnSync(command, [...args, 'true']).status === 0);
  return launcher === undefined ? { launcher: [], reason: 'this user may not make a network namespace, or ip is missing' } : { launcher, reason: null };
}
