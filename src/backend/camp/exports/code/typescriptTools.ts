import type { CodeFacts } from './agentCode.ts';
import { literal } from './literal.ts';

/** Tools as chat completions take them, how often they may be called, and the function that a person fills in. */
export function toolDeclarations({ tools, rounds }: CodeFacts): string {
  return `const tools: OpenAI.ChatCompletionTool[] = JSON.parse(${literal(JSON.stringify(tools))});
const mostRounds = ${String(rounds)};

/** What the tools do that the model calls: fill it in. An error is told to the model. */
async function callTool(name: string, _input: unknown): Promise<string> {
  throw new Error(\`\${name} is not there\`);
}
`;
}

/** Rounds of a function with `messages`: a text ends them, and calls are made and answered. `ask` is what gets a completion. */
export function toolRounds(ask: string, indent: string): string {
  return `for (let round = 0; round < mostRounds; round++) {
${ask}
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
`.replace(/^(?=.)/gm, indent);
}
