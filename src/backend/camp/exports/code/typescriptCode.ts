import type { CodeFacts } from './agentCode.ts';
import { literal } from './literal.ts';
import { typescriptFlow } from './typescriptFlow.ts';

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
  return `${system === '' ? '' : `export const system = ${literal(system)};\n`}${tools.length === 0 ? '' : withTools(facts)}
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

function withTools({ tools, rounds: most }: CodeFacts): string {
  return `const tools: OpenAI.ChatCompletionTool[] = JSON.parse(${literal(JSON.stringify(tools))});
const mostRounds = ${String(most)};

/** What the tools do: fill it in. An error is told to the model. */
async function callTool(name: string, _input: unknown): Promise<string> {
  throw new Error(\`\${name} is not there\`);
}

`;
}

function rounds(facts: CodeFacts): string {
  return `  const client = new OpenAI();
  const messages: OpenAI.ChatCompletionMessageParam[] = ${messages(facts)};
  for (let round = 0; round < mostRounds; round++) {
    const completion = await client.chat.completions.create({
      model,
      messages,
      tools,
${parameters(facts, '      ')}    });
    const message = completion.choices[0]?.message;
    if (message?.tool_calls === undefined || message.tool_calls.length === 0) {
      if ((message?.content ?? '').trim() === '') throw new Error('The model answered nothing.');
      return message?.content ?? '';
    }
    messages.push(message);
    for (const call of message.tool_calls) {
      if (call.type !== 'function') continue;
      let content: string;
      try {
        content = await callTool(call.function.name, JSON.parse(call.function.arguments));
      } catch (error) {
        content = \`Error: \${error instanceof Error ? error.message : String(error)}\`;
      }
      messages.push({ role: 'tool', tool_call_id: call.id, content });
    }
  }
  throw new Error('The model called tools again and again and gave no answer.');
`;
}
