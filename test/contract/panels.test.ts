import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { allCommands } from '../../src/extension/contributions/allCommands.ts';
import { panelKinds } from '../../src/protocol/panelKinds.ts';

const root = path.resolve(import.meta.dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name)).map((name) => readFileSync(path.join(root, folder, name), 'utf8'));
}

describe.each(Object.entries(panelKinds))('the panel %s', (_kind, { bundle, actions }) => {
  test('may carry out commands that exist', () => {
    expect(actions.filter((action) => !Object.hasOwn(allCommands, `trainingCamp.${action}`))).toEqual([]);
  });

  test('asks for no action that it would be refused', () => {
    const asked = sources(`webviews/${bundle}`).flatMap((text) => [...text.matchAll(/\.act\('([^']+)'/g)].map(([, action]) => action ?? ''));
    expect(asked.filter((action) => !actions.some((allowed) => allowed === action))).toEqual([]);
  });
});

test('no webview writes markup', () => {
  for (const text of sources('webviews')) expect(text).not.toMatch(/dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|document\.write/);
});
