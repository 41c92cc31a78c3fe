import type { CodeFacts } from './agentCode.ts';
import { literal } from './literal.ts';
import { typescriptFlow } from './typescriptFlow.ts';
import { toolDeclarations, toolRounds } from './typescriptTools.ts';

export function typescriptCode(facts: CodeFacts): string {
  const { name, model, flow } = facts;
  return `// An agent made with Training Camp.
// Needs: npm install openai
// Reads OPENAI_API_KEY; OPENAI_BASE_URL and AGENT_MODEL choose another server and model.
// Answers its argument, or what it is given on standard input.
${flow === null ? '' : "import { createHash } from 'node:crypto';\n"}import { realpathSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';

export const name = ${literal(name)};
export const model = process.env['AGENT_MODEL'] ?? ${literal(model)};
${flow === null ? single(facts) : typescriptFlow(facts, flow)}
const [, program, input] = process.argv;
if (program !== undefined && realpathSync(program) === fileURLToPath(import.meta.url)) console.log(await answer(input ?? (await readAll(process.stdin))));
`;
}

function single(facts: CodeFacts): string {
  const { system, tools } = facts;
  return `${system === '' ? '' : `export const system = ${literal(system)};\n`}${tools.length === 0 ? '' : `${toolDeclarations(facts)}\n`}
/** Answers one input. Throws where the model says nothing. */
export async function answer(text: string): Promise<string> {
${tools.length === 0 ? oneCall(facts) : rounds(facts)}}
`;
}

function messages({ system }: CodeFacts): string {
  return system === '' ? "[{ role: 'user', content: text }]" : "[{ role: 'system', content: system }, { role: 'user', content: text }]";
}

function parameters(facts: CodeFacts, indent: string): string {
  return facts.parameters.map(([key, value]) => `${indent}${key}: ${literal(value)},\n`).join('');
}

function oneCall(facts: CodeFacts): string {
  return `  const completion = await new OpenAI().chat.completions.create({
    model,
    messages: ${messages(facts)},
${parameters(facts, '    ')}  });
  const content = completion.choices[0]?.message.content ?? '';
  if (content.trim() === '') throw new Error('The model answered nothing.');
  return content;
`;
}

function rounds(facts: CodeFacts): string {
  const ask = `  const completion = await client.chat.completions.create({
    model,
    messages,
    tools,
${parameters(facts, '    ')}  });`;
  return `  const client = new OpenAI();
  const messages: OpenAI.ChatCompletionMessageParam[] = ${messages(facts)};
${toolRounds(ask, '  ')}`;
}
