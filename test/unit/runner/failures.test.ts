import { expect, test } from 'vitest';
import { failureLine } from '../../runner/failures.ts';
import { readPytestReport } from '../../runner/pytestReport.ts';
import { withVerdict } from '../../runner/suite.ts';
import { readVitestReport } from '../../runner/vitestReport.ts';

test('a failure is one line that names suite, file, test and the error’s first line, without colours', () => {
  expect(failureLine('e2e', { file: 'test/e2e/a.journey.ts', test: 'a walk', error: '\n\u001B[31mError: waited\u001B[39m\n    at a.ts:1' })).toBe('e2e › test/e2e/a.journey.ts › a walk: Error: waited');
  expect(failureLine('types', { file: '', test: 'types', error: '' })).toBe('types › types');
});

test('failed tests of vitest are told by file and name, and a file that does not load by itself', () => {
  const report = {
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 2,
    numFailedTestSuites: 2,
    testResults: [
      { name: '/root/test/a.test.ts', status: 'failed', message: '', assertionResults: [{ fullName: 'a', status: 'passed', failureMessages: [] }, { fullName: 'b', status: 'failed', failureMessages: ['Error: no'] }] },
      { name: '/root/test/c.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    ],
  };
  expect(readVitestReport(JSON.stringify(report), '/root')).toEqual({
    passed: 1,
    failed: 1,
    skipped: 2,
    failures: [
      { file: 'test/a.test.ts', test: 'b', error: 'Error: no' },
      { file: 'test/c.test.ts', test: 'the file itself', error: 'no such module' },
    ],
  });
});

test('a program that ends badly though no test failed has failed', () => {
  const report = { passed: 2, failed: 0, skipped: 0, failures: [] };
  expect(withVerdict('vitest', true, report)).toBe(report);
  expect(withVerdict('vitest', false, report)).toMatchObject({ passed: 2, failed: 1, failures: [{ test: 'vitest' }] });
  expect(withVerdict('vitest', true, null)).toMatchObject({ passed: 0, failed: 1 });
});

test('failed tests of pytest are told by file and name', () => {
  const xml = `<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="1.0"><testcase classname="test_a" name="test_good" time="0.1" /><testcase classname="test_a" name="test_bad[1]" time="0.1"><failure message="assert 1 &lt; 0&#10;  more">def …</failure></testcase><testcase classname="test_a" name="test_left" time="0"><skipped type="pytest.skip" message="no GPU">x</skipped></testcase><testcase classname="" name="test_b" time="0.000"><error message="collection failure">x</error></testcase></testsuite></testsuites>`;
  expect(readPytestReport(xml)).toEqual({
    passed: 1,
    failed: 2,
    skipped: 1,
    failures: [
      { file: 'test_a', test: 'test_bad[1]', error: 'assert 1 < 0\n  more' },
      { file: '', test: 'test_b', error: 'collection failure' },
    ],
  });
});
