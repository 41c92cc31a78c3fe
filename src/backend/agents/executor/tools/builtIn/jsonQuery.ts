import { JSONPathEnvironment, JSONPathError } from 'json-p3';
import { z } from 'zod';
import { failure, usageError } from '../../../../../protocol/errors.ts';
import { callWithin } from '../../../../platform/boundedCall.ts';
import { defineTool } from '../defineTool.ts';

const timeMs = 1000;
const mostResults = 200;

const environment = new JSONPathEnvironment();
// They take regular expressions of JavaScript, which the regex tool is there to avoid.
for (const name of ['match', 'search']) environment.functionRegister.delete(name);

export const jsonQuery = defineTool({
  name: 'json_query',
  description: 'Finds values in JSON by a JSONPath (RFC 9535), such as $.items[?@.price < 10].name. Answers with a JSON array of what was found.',
  input: z.object({ json: z.string().max(1_000_000).describe('The JSON text.'), query: z.string().max(500).describe('A JSONPath that begins with $.') }),
  run: ({ json, query }) => {
    const data = parse(json);
    try {
      const found = callWithin(timeMs, () => {
        const values: unknown[] = [];
        for (const node of environment.lazyQuery(query, data)) {
          values.push(node.value);
          if (values.length >= mostResults) break;
        }
        return JSON.stringify(values);
      });
      if (found === null) throw failure('tool_timeout', 'The query took too long.', { hint: 'Name the path instead of searching everywhere with ..' });
      return found.value;
    } catch (error) {
      if (error instanceof JSONPathError) throw usageError('query_invalid', error.message, { cause: error });
      throw error;
    }
  },
});

function parse(json: string): z.core.util.JSONType {
  try {
    return z.json().parse(JSON.parse(json));
  } catch (error) {
    throw usageError('json_invalid', `This is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
