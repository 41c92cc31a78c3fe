// node clean.ts FROM TO: copies the lines that are JSON.
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

const [from = '', to = ''] = process.argv.slice(2);
const output = createWriteStream(to);
let count = 0;
for await (const line of createInterface({ input: createReadStream(from) })) {
  if (!line.endsWith('}')) continue;
  count++;
  if (!output.write(`${line}\n`)) await once(output, 'drain');
}
output.end();
await once(output, 'finish');
console.log(JSON.stringify({ count }));
