// The fast part: `npm run check`.
import { conclude } from './runner/suite.ts';
import { besideChecks, staticChecks, vitest } from './runner/suites.ts';

process.exitCode = conclude(await besideChecks(Object.keys(staticChecks), async () => [await vitest(['unit', 'contract'])]));
