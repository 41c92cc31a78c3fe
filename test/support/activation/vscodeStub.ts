// The `vscode` module outside an editor: every name that the API has is there, answers every call with something that
// answers every call, and does nothing. Only what decides about the activation has a real value.
import { readFileSync } from 'node:fs';

const folder = process.env.STUB_WORKSPACE ?? '/nowhere';
const uri = withValues({ scheme: 'file', fsPath: folder, path: folder, toString: () => `file://${folder}` });
const memento = withValues({ get: (_key: string, otherwise: unknown) => otherwise, keys: () => [] });
const configuration = withValues({ get: (_key: string, otherwise: unknown) => otherwise, has: () => false, inspect: () => undefined });

const known: Record<string, unknown> = {
  workspace: withValues({ isTrusted: process.env.STUB_UNTRUSTED === undefined, workspaceFolders: [{ uri, name: 'folder', index: 0 }], getConfiguration: () => configuration, textDocuments: [] }),
  version: '1.101.0',
};

/** What the extension is activated with. */
export const context = withValues({ subscriptions: [], extensionPath: process.env.STUB_EXTENSION ?? '/nowhere', workspaceState: memento, globalState: memento });

export function valueOf(name: string): unknown {
  return known[name] ?? anything();
}

/** The source of a module that exports every name of the API, as `types` (index.d.ts of @types/vscode) declares them. */
export function stubSource(types: string): string {
  const names = new Set([...readFileSync(types, 'utf8').matchAll(/^\t(?:export )?(?:namespace|class|enum|function|const|let) (\w+)/gm)].map((match) => match[1] ?? ''));
  return [`import { valueOf } from ${JSON.stringify(import.meta.url)};`, ...[...names].map((name) => `export const ${name} = valueOf('${name}');`)].join('\n');
}

/** A value of no meaning that can be called, constructed, extended, read from, listed as nothing, and counted as 0. */
function anything(): object {
  const properties = new Map<string | symbol, unknown>();
  const base = function () {
    return;
  };
  const self: object = new Proxy(base, {
    get: (target, name) => {
      if (name === 'then') return undefined;
      if (name === 'prototype') return target.prototype as unknown;
      if (name === Symbol.toPrimitive) return () => 0;
      if (name === Symbol.iterator) return [][Symbol.iterator];
      if (!properties.has(name)) properties.set(name, anything());
      return properties.get(name);
    },
    set: (_target, name, value) => {
      properties.set(name, value);
      return true;
    },
    apply: () => anything(),
    construct: (_target, _args, made) => (made === self ? anything() : Object.create(Reflect.get(made, 'prototype') as object) as object),
  });
  return self;
}

/** Anything, but for some properties. */
function withValues(values: Record<string, unknown>): object {
  return new Proxy(anything(), {
    get: (target, name): unknown => (typeof name === 'string' && Object.hasOwn(values, name) ? values[name] : Reflect.get(target, name)),
  });
}
