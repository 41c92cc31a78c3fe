import { getNodeValue, findNodeAtLocation, parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { usageError } from '../../protocol/errors.ts';

interface Position {
  line: number;
  column: number;
}

/** A parsed configuration file that still knows where each of its keys stands. Lines and columns count from 1. */
export interface SourceDocument {
  file: string;
  value: unknown;
  /** Where the key at `path` stands; its nearest parent's place where the key itself is absent. */
  locate(path: readonly PropertyKey[]): Position | null;
}

/** Parses by the file's extension: `.yaml`, `.yml`, else JSON with comments. `file` is only a name for messages. */
export function parseSource(file: string, text: string): SourceDocument {
  return /\.ya?ml$/i.test(file) ? parseYaml(file, text) : parseJsonc(file, text);
}

function parseYaml(file: string, text: string): SourceDocument {
  const counter = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  const [first] = document.errors;
  if (first !== undefined) throw syntaxError(file, toPosition(counter.linePos(first.pos[0])), first.message);
  const value: unknown = document.toJS();
  return {
    file,
    value: value ?? {},
    locate: (path) => {
      const offset = yamlOffset(document, path);
      return offset === null ? null : toPosition(counter.linePos(offset));
    },
  };
}

function yamlOffset(document: Document, path: readonly PropertyKey[]): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) return offset;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(part)];
      if (isScalar(item) || isMap(item)) offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

function parseJsonc(file: string, text: string): SourceDocument {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) throw syntaxError(file, offsetPosition(text, first.offset), sentence(printParseErrorCode(first.error)));
  const value: unknown = tree === undefined ? {} : getNodeValue(tree);
  return {
    file,
    value,
    locate: (path) => {
      for (let length = path.length; tree !== undefined && length > 0; length -= 1) {
        const parts = path.slice(0, length).map((part) => (typeof part === 'number' ? part : String(part)));
        const node = findNodeAtLocation(tree, parts);
        const place = node?.parent?.type === 'property' ? node.parent : node;
        if (place !== undefined) return offsetPosition(text, place.offset);
      }
      return null;
    },
  };
}

function syntaxError(file: string, at: Position, message: string) {
  return usageError('config_syntax', `${file}:${at.line}:${at.column}: ${message}`, {
    hint: 'Correct the file; nothing was started.',
    details: { file, ...at },
  });
}

/** `InvalidCommaToken` reads as “Invalid comma token”. */
function sentence(code: string): string {
  const words = code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function offsetPosition(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

function toPosition(position: { line: number; col: number }): Position {
  return { line: position.line, column: position.col };
}
