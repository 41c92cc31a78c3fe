import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const packageSchema = z.looseObject({ name: z.string(), version: z.string(), license: z.string().optional() });

/** The licences of every npm package that is part of the bundles, found by the files that went into them. */
export function notices(root: string, inputs: string[], names: string[]): string {
  const folders = new Set(names.map((name) => path.join(root, 'node_modules', name)));
  for (const input of inputs) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.split(path.sep).join('/'))?.[0];
    if (folder !== undefined) folders.add(path.resolve(root, folder));
  }
  const parts = [...folders].map(noticeOf).sort();
  return ['Training Camp contains these packages:', ...new Set(parts)].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

function noticeOf(folder: string): string {
  const { name, version, license } = packageSchema.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(one));
  const text = file !== undefined && existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file), 'utf8').trim() : `Licence: ${license ?? 'see the package'}`;
  return `${name} ${version}\n\n${text}`;
}
