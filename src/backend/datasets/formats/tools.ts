import type { ToolCall, ToolDefinition } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { kindOf, quoted, type RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { isObject, own, parseJson, pathOf, type JsonObject } from './json.ts';
import { maxJsonDepth } from './scanJson.ts';

/**
 * Tool declarations from a list, or from the JSON text of one: OpenAI's nested and flat shape, and bare
 * {name, description, parameters}. Undefined when there are none, or none that can be used (then reported).
 */
export function toolsOf(value: Json | undefined, path: string, context: RowContext): ToolDefinition[] | undefined {
  const list = parsedText(value);
  if (list === null || list === undefined || list === '') return undefined;
  const items = Array.isArray(list) ? list : isObject(list) && own(list, 'name') !== undefined ? [list] : null;
  if (items === null) {
    context.report(rowIssue('tools_invalid', `tools is ${typeof value === 'string' ? 'a text that is not the JSON of a list' : kindOf(value)}.`, { path }));
    return undefined;
  }
  const tools: ToolDefinition[] = [];
  for (const [index, item] of items.entries()) {
    const tool = toolOf(parsedText(item));
    if (tool === null) {
      context.report(rowIssue('tools_invalid', 'A tool has no function name.', { path: pathOf(path, index) }));
      return undefined;
    }
    tools.push(tool);
  }
  return tools.length === 0 ? undefined : tools;
}

/** Tool calls of an assistant turn, from a list, one call, or the JSON text of either. */
export function toolCallsOf(value: Json | undefined, path: string, context: RowContext): ToolCall[] | undefined {
  const list = parsedText(value);
  if (list === null || list === undefined) return undefined;
  const items = Array.isArray(list) ? list : [list];
  const calls: ToolCall[] = [];
  for (const [index, item] of items.entries()) {
    const here = Array.isArray(list) ? pathOf(path, index) : path;
    const call = isObject(item) ? toolCallOf(item, here, context) : null;
    if (call === null) {
      context.report(rowIssue('tool_call_invalid', `A tool call is ${isObject(item) ? 'without a function name' : `${kindOf(item)} and not an object`}.`, { path: here }));
      return undefined;
    }
    calls.push(call);
  }
  return calls.length === 0 ? undefined : calls;
}

function toolOf(item: Json | undefined): ToolDefinition | null {
  if (!isObject(item)) return null;
  const inner = own(item, 'function');
  if (isObject(inner)) return named(inner) ? { ...item, type: 'function', function: { ...inner, name: named(inner) ?? '' } } : null;
  const name = named(item);
  if (name === null) return null;
  const declaration: JsonObject = { ...item };
  if (declaration['type'] === 'function') delete declaration['type'];
  return { type: 'function', function: { ...declaration, name } };
}

function toolCallOf(item: JsonObject, path: string, context: RowContext): ToolCall | null {
  const inner = own(item, 'function');
  const source = isObject(inner) ? inner : item;
  const name = named(source) ?? (typeof inner === 'string' ? inner : null);
  if (name === null) return null;
  const at = isObject(inner) ? pathOf(path, 'function') : path;
  const key = argumentKeys.find((candidate) => own(source, candidate) !== undefined) ?? 'arguments';
  const id = own(item, 'id');
  return {
    ...(typeof id === 'string' && id !== '' ? { id } : {}),
    type: 'function',
    function: { name, arguments: argumentsOf(own(source, key), name, pathOf(at, key), context) },
  };
}

/** The arguments as an object; an unusable text is an error of the row. */
function argumentsOf(value: Json | undefined, name: string, path: string, context: RowContext): JsonObject {
  if (value === undefined || value === null || value === '') return {};
  const parsed = parsedText(value);
  if (isObject(parsed)) return parsed;
  const found = typeof value !== 'string' ? kindOf(value) : typeof parsed === 'string' ? 'a text that is not JSON' : `the JSON of ${kindOf(parsed)}`;
  context.report(rowIssue('tool_arguments_invalid', `The arguments of ${quoted(name)} are ${found}, not an object.`, { path }));
  return {};
}

function named(object: JsonObject): string | null {
  const name = own(object, 'name');
  return typeof name === 'string' && name.trim() !== '' ? name : null;
}

/** JSON within a text is opened; any other value is what it is. */
export function parsedText(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return value;
  try {
    const parsed = parseJson(value);
    return isShallow(parsed, maxJsonDepth) ? parsed : value;
  } catch {
    // A text that is no JSON stays a text; the caller says what was expected.
    return value;
  }
}

function isShallow(value: Json, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.values(value).every((inner) => isShallow(inner, depth - 1));
}

const argumentKeys = ['arguments', 'args', 'parameters', 'input', 'kwargs'];
