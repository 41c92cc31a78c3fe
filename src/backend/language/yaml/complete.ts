import { CompletionItemKind, InsertTextFormat, type CompletionItem, type Position } from 'vscode-languageserver/node';
import type { Workspace } from '../../platform/workspace.ts';
import { shown } from '../shown.ts';
import { cursorAt } from './cursor.ts';
import type { FileKind } from './kinds.ts';
import { namesFor } from './references.ts';
import { keysOf, nodesAt, valuesOf, type SchemaNode } from './schemaTree.ts';
import { YamlText } from './yamlText.ts';

/** Keys and values that can stand at a place. */
export function complete(text: string, position: Position, kind: FileKind, workspace: Workspace): CompletionItem[] {
  const cursor = cursorAt(text.split(/\r\n|\n|\r/), position.line, position.character);
  if (cursor === null) return [];
  const range = { start: { line: position.line, character: cursor.start }, end: position };
  const nodes = nodesAt(kind.tree, cursor.path);
  if (cursor.on === 'key') {
    const present = new YamlText(text).at(cursor.path);
    const required = new Set(nodes.flatMap((node) => node.required ?? []));
    return [...keysOf(nodes)]
      .filter(([key]) => key === cursor.typed || !(typeof present === 'object' && present !== null && Object.hasOwn(present, key)))
      .map(([key, node]) => ({ label: key, kind: CompletionItemKind.Property, detail: detailOf(node), documentation: node.description ?? '', sortText: `${required.has(key) ? '0' : '1'}${key}`, textEdit: { range, newText: `${key}: ` }, insertTextFormat: InsertTextFormat.PlainText }));
  }
  const values = [...valuesOf([...nodes, ...nodes.flatMap((node) => nodesAt(node.items, []))]), ...namesFor(kind.name, cursor.path, workspace)];
  return [...new Set(values)].map((value) => ({ label: shown(value), kind: CompletionItemKind.Value, textEdit: { range, newText: value }, insertTextFormat: InsertTextFormat.PlainText }));
}

function detailOf(node: SchemaNode): string {
  const values = valuesOf(nodesAt(node, []));
  const given = node.default === undefined ? '' : `, default ${JSON.stringify(node.default)}`;
  return `${values.length > 0 ? values.join(' | ') : (node.type ?? '')}${given}`;
}
