import { fileURLToPath } from 'node:url';

/** File of the host: beside this module's bundle, or its source when this module itself runs from source. */
export function inferenceHostEntry(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? './host/entry.ts' : './inferenceHost.mjs', import.meta.url));
}
