// The fast part: `npm run check`.
import { conclude, type SuiteResult } from './runner/suite.ts';
import { staticChecks, vitest } from './runner/suites.ts';

const results: SuiteResult[] = [];
for (const check of Object.values(staticChecks)) results.push(await check());
results.push(await vitest(['unit', 'contract']));
process.exitCode = conclude(results);
