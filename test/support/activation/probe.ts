// Activates the extension in this process, under a stub of the editor, and prints what that did as a line of JSON.
//   node probe.ts ENTRY        ENTRY is the built extension.mjs
// STUB_WORKSPACE names the folder that is open.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { createRequire, registerHooks, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import path from 'node:path';
import workerThreads from 'node:worker_threads';
import { context, stubSource } from './vscodeStub.ts';

const stubUrl = 'stub:vscode';
const workspace = process.env.STUB_WORKSPACE ?? '/nowhere';
const entry = pathToFileURL(path.resolve(process.argv[2] ?? '')).href;
const types = createRequire(import.meta.url).resolve('@types/vscode/index.d.ts');

const loaded: string[] = [];
const started: string[] = [];
const opened: string[] = [];

registerHooks({
  resolve: (specifier, hookContext, next) => (specifier === 'vscode' ? { url: stubUrl, shortCircuit: true } : next(specifier, hookContext)),
  load: (url, hookContext, next) => {
    if (url === stubUrl) return { format: 'module', source: stubSource(types), shortCircuit: true };
    if (url.startsWith('file:')) loaded.push(fileURLToPath(url));
    return next(url, hookContext);
  },
});

// An editor's API is there before any extension: what it costs to make the stub is not ours.
await import('vscode');
loaded.length = 0;

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const) note(childProcess, name, () => started.push(name));
workerThreads.Worker = new Proxy(workerThreads.Worker, { construct: (target, args) => (started.push('Worker'), Reflect.construct(target, args) as object) });
for (const name of ['open', 'openSync', 'readFile', 'readFileSync', 'readdir', 'readdirSync', 'opendir', 'opendirSync', 'createReadStream', 'watch', 'watchFile', 'writeFile', 'writeFileSync', 'mkdir', 'mkdirSync'] as const) note(fs, name, noteFile);
for (const name of ['open', 'readFile', 'readdir', 'opendir', 'watch', 'writeFile', 'mkdir'] as const) note(fs.promises, name, noteFile);
syncBuiltinESMExports();

const begin = performance.now();
const extension = (await import(entry)) as { activate: (context: unknown) => unknown };
const imported = performance.now();
await extension.activate(context);
const activated = performance.now();
// What activation put off to the next turns counts as its doing.
await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

const sizes = loaded.map((file) => ({ file, sizeBytes: fs.statSync(file).size }));
process.stdout.write(`${JSON.stringify({ importMs: imported - begin, activateMs: activated - imported, loaded: sizes, started, opened })}\n`);
process.exit(0);

function noteFile(args: unknown[]): void {
  const [file] = args;
  const name = file instanceof URL ? fileURLToPath(file) : String(file);
  if (name.startsWith(workspace)) opened.push(name);
}

/** Calls go on as they were, but are told. */
function note<Owner extends object>(owner: Owner, name: keyof Owner, tell: (args: unknown[]) => void): void {
  const original = owner[name];
  if (typeof original !== 'function') throw new Error(`${String(name)} is no function`);
  owner[name] = new Proxy(original, {
    apply: (target, self, args: unknown[]) => {
      tell(args);
      return Reflect.apply(target, self, args) as unknown;
    },
  });
}
