import { statfsSync } from 'node:fs';

// Magic numbers of statfs(2) for file systems whose shared memory or locks do not work across machines.
const remoteTypes = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB 2
  0x01021997, // 9P: Windows drives in WSL 2
  0x53464846, // Windows drives in WSL 1
  0x00c36400, // Ceph
  0x5346414f, // AFS
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
]);

/** Whether a folder lies where SQLite's WAL mode works. Known on Linux only; elsewhere a share is mounted by intent. */
export function isLocalFileSystem(folder: string): boolean {
  if (process.platform === 'win32') return !folder.startsWith('\\\\');
  if (process.platform !== 'linux') return true;
  return !remoteTypes.has(Number(BigInt.asUintN(32, BigInt(statfsSync(folder).type))));
}
