import { failure, type CampError } from '../../protocol/errors.ts';

/** What stopped pip or uv, from its own words. They are the only thing it tells: its exit code is 1 for everything. `command` tries again. */
export function explainPip(what: string, tail: string, command: string): CampError {
  const details = { log: tail.split('\n').slice(-12) };
  if (/No space left|Errno 28|ENOSPC|Disk quota exceeded|not enough space on the disk/i.test(tail)) {
    return failure('disk_full', `The disk is full: ${what} could not be installed.`, { hint: `Free about 4 GB (more with an NVIDIA GPU), then: ${command}`, details });
  }
  if (/Temporary failure in name resolution|Name or service not known|getaddrinfo failed|NewConnectionError|Connection refused|Connection reset|timed out|ProxyError|Network is unreachable|dns error|error sending request/i.test(tail)) {
    return failure('no_network', `The package registry could not be reached: ${what} could not be downloaded.`, {
      hint: `Check the network and pip’s configuration (pip config list), then: ${command}. It goes on where it stopped.`,
      details,
    });
  }
  if (/No matching distribution found|ResolutionImpossible|no version of|unsatisfiable/i.test(tail)) {
    return failure('package_unavailable', `The package registry has no fitting build of ${what} for this Python and machine.`, {
      hint: `Another Python may help (TRAINING_CAMP_PYTHON=/path/to/python), or pip’s configuration (pip config list). Then: ${command}`,
      details,
    });
  }
  if (/Permission denied|Errno 13|EACCES|Access is denied/i.test(tail)) {
    return failure('not_writable', `${what} could not be written.`, { hint: 'Make the data folder writable for you, or choose another with TRAINING_CAMP_HOME.', details });
  }
  return failure('install_failed', `${what} could not be installed.`, { hint: `The last lines of the installer are in the details; then: ${command}`, details });
}
