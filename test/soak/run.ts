// The robustness tests with their full counts: `npm run test:soak`. SOAK_WORKER_KILLS, SOAK_TRAINER_KILLS and SOAK_CAMP_KILLS lower them.
import { conclude } from '../runner/suite.ts';
import { vitest } from '../runner/suites.ts';

process.exitCode = conclude([await vitest(['soak'])]);
