import type { LlamaGrammar } from 'node-llama-cpp';
import { failure } from '../../../protocol/errors.ts';
import type { Engine } from './engine.ts';
import { schemaGrammar, type JsonObject } from './grammar/schemaGrammar.ts';
import { schemaCheck, type SchemaCheck } from './grammar/schemaProblems.ts';

/** What holds an answer to a schema: the grammar while it is written, the check once it is whole. */
export interface ResponseForm {
  grammar: LlamaGrammar;
  check: SchemaCheck;
}

export async function responseForm(engine: Engine, schema: JsonObject): Promise<ResponseForm> {
  const gbnf = schemaGrammar(schema);
  const check = schemaCheck(schema);
  try {
    return { grammar: await engine.grammar(gbnf), check };
  } catch (error) {
    throw failure('schema_unsupported', 'The grammar of the response schema is too large or too deep.', { hint: 'Use a smaller schema.', cause: error });
  }
}
