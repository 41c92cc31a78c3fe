/** What SQLite's binary needs. On an older Node it ends the process without a word, so this is asked before it is loaded. */
export const neededNodeApi = 10;

/** Whether the version of Node-API that a Node names, as in `process.versions.napi`, is enough. */
export function isNodeApiEnough(napi: string | undefined): boolean {
  return napi !== undefined && Number.parseInt(napi, 10) >= neededNodeApi;
}
