import { guarded } from './hostTests.ts';
import { timed, type SuiteResult } from './suite.ts';
import { runVitest } from './suites.ts';

/** The journeys of test/e2e with the working tree, linked as an installed extension. */
export async function journeys(): Promise<SuiteResult> {
  return await timed('e2e', () => runVitest(['e2e'], {}));
}

/** The journeys with the packaged extension, as a user installs it. */
export async function packagedJourneys(vsix: () => Promise<string>): Promise<SuiteResult> {
  return await timed('e2e-vsix', () => guarded(async () => await runVitest(['e2e'], { VSIX: await vsix() })));
}
