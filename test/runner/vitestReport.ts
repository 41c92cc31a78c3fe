import path from 'node:path';
import { z } from 'zod';
import type { Failure } from './failures.ts';
import type { Counts } from './suite.ts';

const testSchema = z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).default([]) });
const fileSchema = z.object({ name: z.string(), status: z.string(), message: z.string().default(''), assertionResults: z.array(testSchema) });
const reportSchema = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), numPendingTests: z.int(), numFailedTestSuites: z.int(), testResults: z.array(fileSchema) });

/** What a JSON report of vitest says; files are told relative to `root`. */
export function readVitestReport(json: string, root: string): Counts {
  const report = reportSchema.parse(JSON.parse(json));
  // A file that fails to load fails as a suite without a test.
  const failed = report.numFailedTests === 0 && report.numFailedTestSuites > 0 ? report.numFailedTestSuites : report.numFailedTests;
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests, failures: report.testResults.flatMap((file) => failuresOf(file, root)) };
}

function failuresOf(file: z.infer<typeof fileSchema>, root: string): Failure[] {
  const name = path.relative(root, file.name);
  const tests = file.assertionResults.filter(({ status }) => status === 'failed');
  if (tests.length === 0 && file.status === 'failed') return [{ file: name, test: 'the file itself', error: file.message }];
  return tests.map(({ fullName, failureMessages }) => ({ file: name, test: fullName, error: failureMessages.join('\n') }));
}
