import type { Failure } from './failures.ts';
import type { Counts } from './suite.ts';

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** What a JUnit report of pytest says. */
export function readPytestReport(xml: string): Counts {
  const count = (name: string) => Number(attribute(/<testsuite ([^>]*)>/.exec(xml)?.[1] ?? '', name) ?? Number.NaN);
  const failed = count('failures') + count('errors');
  return { passed: count('tests') - failed - count('skipped'), failed, skipped: count('skipped'), failures: failures(xml) };
}

function failures(xml: string): Failure[] {
  return [...xml.matchAll(/<testcase ([^>]*[^>/])>\s*<(?:failure|error) ([^>]*)>/g)].map(([, testcase = '', failure = '']) => ({
    file: attribute(testcase, 'classname') ?? '',
    test: attribute(testcase, 'name') ?? '',
    error: attribute(failure, 'message') ?? '',
  }));
}

function attribute(attributes: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1];
  return value?.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (entity, decimal?: string, hex?: string, word?: string) => {
    if (word !== undefined) return entities[word] ?? entity;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal));
  });
}
