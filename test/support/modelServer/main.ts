// `node main.ts SCRIPT [PORT]`: SCRIPT is a .json file, or a .ts module whose export `script` is a ModelScript. Writes
// one line of JSON with the base URL, and ends when its standard input does, as it does when the parent is gone.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startModelServer } from './modelServer.ts';
import { scriptSchema, type ModelScript } from './script.ts';

const [file = '', port = '0'] = process.argv.slice(2);
const server = await startModelServer(await readScript(file), Number(port));
process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
process.stdin.resume().once('end', () => void server.close());

async function readScript(name: string): Promise<ModelScript> {
  if (name.endsWith('.json')) return scriptSchema.parse(JSON.parse(readFileSync(name, 'utf8')));
  const module = (await import(pathToFileURL(path.resolve(name)).href)) as { script: ModelScript };
  return module.script;
}
