import { SetupError } from '../bootstrap/report.mjs';

/** A platform that a VSIX is made for, and what the native packages call it. */
export interface Target {
  /** As vsce and the marketplace call it. */
  name: string;
  platform: NodeJS.Platform;
  arch: string;
  /** The CPU build of llama.cpp, a package of its own. */
  llamaPackage: string;
  /** The file of better-sqlite3 without its ending. */
  sqlitePrebuild: string;
  /** The binary of the keyring, a package of its own. */
  keyringPackage: string;
}

/**
 * Alpine is not among them: llama.cpp's prebuilt libraries need glibc, and so does torch. An x64 Mac's CPU build and an
 * Apple silicon's Metal build are the only ones there are.
 */
export const targets: readonly Target[] = [
  { name: 'linux-x64', platform: 'linux', arch: 'x64', llamaPackage: '@node-llama-cpp/linux-x64', sqlitePrebuild: 'linux-x64', keyringPackage: '@napi-rs/keyring-linux-x64-gnu' },
  { name: 'linux-arm64', platform: 'linux', arch: 'arm64', llamaPackage: '@node-llama-cpp/linux-arm64', sqlitePrebuild: 'linux-arm64', keyringPackage: '@napi-rs/keyring-linux-arm64-gnu' },
  { name: 'darwin-x64', platform: 'darwin', arch: 'x64', llamaPackage: '@node-llama-cpp/mac-x64', sqlitePrebuild: 'darwin-x64', keyringPackage: '@napi-rs/keyring-darwin-x64' },
  { name: 'darwin-arm64', platform: 'darwin', arch: 'arm64', llamaPackage: '@node-llama-cpp/mac-arm64-metal', sqlitePrebuild: 'darwin-arm64', keyringPackage: '@napi-rs/keyring-darwin-arm64' },
  { name: 'win32-x64', platform: 'win32', arch: 'x64', llamaPackage: '@node-llama-cpp/win-x64', sqlitePrebuild: 'win32-x64', keyringPackage: '@napi-rs/keyring-win32-x64-msvc' },
  { name: 'win32-arm64', platform: 'win32', arch: 'arm64', llamaPackage: '@node-llama-cpp/win-arm64', sqlitePrebuild: 'win32-arm64', keyringPackage: '@napi-rs/keyring-win32-arm64-msvc' },
];

/** The targets that were asked for by name, or this machine's. Throws with the list where there is none such. */
export function chooseTargets(names: string[]): Target[] {
  if (names.length === 0) return [targetNamed(`${process.platform}-${process.arch}`)];
  return names.map(targetNamed);
}

function targetNamed(name: string): Target {
  const target = targets.find((candidate) => candidate.name === name);
  if (target === undefined) throw new SetupError({ code: 'unknown_target', message: `There is no package for ${name}.`, hint: `There is one for each of ${targets.map((one) => one.name).join(', ')}.` });
  return target;
}
