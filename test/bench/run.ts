// `npm run bench -- NAME [ARGS]`: runs test/bench/NAME.ts with this Node, or test/bench/NAME.py with the trainer's Python.
// A benchmark prints a table and writes test/bench/results/NAME.json. It measures; nothing is asserted.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root, runProgram } from '../runner/suite.ts';
import { trainerPython } from '../runner/suites.ts';

const folder = import.meta.dirname;
const [name, ...args] = process.argv.slice(2);
const names = readdirSync(folder)
  .filter((file) => /^[a-z][A-Za-z_]*\.(ts|py)$/.test(file) && file !== 'run.ts')
  .map((file) => file.replace(/\.(ts|py)$/, ''));

if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [ARGS], where NAME is one of ${[...new Set(names)].join(', ')}`);
  process.exitCode = 2;
} else {
  mkdirSync(path.join(folder, 'results'), { recursive: true });
  const script = path.join(folder, `${name}.ts`);
  const isGood = existsSync(script)
    ? await runProgram(process.execPath, ['--expose-gc', script, ...args])
    : await runProgram(trainerPython(), [path.join(folder, `${name}.py`), ...args], { PYTHONPATH: path.join(root, 'src', 'trainer') });
  process.exitCode = isGood ? 0 : 1;
}
