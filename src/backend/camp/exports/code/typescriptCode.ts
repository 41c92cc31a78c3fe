import type { CodeFacts } from './agentCode.ts';
import { literal } from './literal.ts';

export function typescriptCode({ name, model, system, parameters }: CodeFacts): string {
  const messages = system === '' ? "[{ role: 'user', content: text }]" : "[{ role: 'system', content: system }, { role: 'user', content: text }]";
  return `// An agent made with Training Camp.
// Needs: npm install openai
// Reads OPENAI_API_KEY; OPENAI_BASE_URL and AGENT_MODEL choose another server and model.
// Answers its argument, or what it is given on standard input.
import { realpathSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';

export const name = ${literal(name)};
export const model = process.env['AGENT_MODEL'] ?? ${literal(model)};
${system === '' ? '' : `export const system = ${literal(system)};\n`}
/** Answers one input. Throws where the model says nothing. */
export async function answer(text: string): Promise<string> {
  const completion = await new OpenAI().chat.completions.create({
    model,
    messages: ${messages},
${parameters.map(([key, value]) => `    ${key}: ${literal(value)},\n`).join('')}  });
  const content = completion.choices[0]?.message.content ?? '';
  if (content.trim() === '') throw new Error('The model answered nothing.');
  return content;
}

const [, program, input] = process.argv;
if (program !== undefined && realpathSync(program) === fileURLToPath(import.meta.url)) console.log(await answer(input ?? (await readAll(process.stdin))));
`;
}
