// Loaded before each test file while coverage is measured: vitest ends its workers in a way that writes none.
import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

afterAll(() => takeCoverage());
