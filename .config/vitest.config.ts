import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

/**
 * While coverage is measured, Node itself loads the sources: it strips types in place, so that its counts fit the files
 * as they are and those of the bundles (test/runner/coverage).
 */
const measured = process.env.NODE_V8_COVERAGE === undefined ? {} : { setupFiles: ['test/runner/coverage/takeCoverage.ts'], experimental: { viteModuleRunner: false } };

/** unit and contract run in parallel; system drives real processes on two cores, one file at a time. */
export default defineConfig({
  root,
  test: {
    root,
    projects: [
      { root, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], environment: 'node', testTimeout: 30_000, ...measured } },
      { root, test: { name: 'contract', include: ['test/contract/**/*.test.ts'], environment: 'node', testTimeout: 60_000, ...measured } },
      {
        root,
        test: { name: 'system', include: ['test/system/**/*.test.ts'], environment: 'node', testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false },
      },
      // People's journeys through a real VS Code, one window at a time: a window that draws takes a core and more.
      { root, test: { name: 'e2e', include: ['test/e2e/**/*.journey.ts'], environment: 'node', testTimeout: 900_000, hookTimeout: 120_000, fileParallelism: false } },
      // By `npm run test:soak` only: hours on a slow machine.
      { root, test: { name: 'soak', include: ['test/soak/**/*.test.ts'], environment: 'node', testTimeout: 6 * 3600_000, fileParallelism: false } },
    ],
  },
});
