import type { CodeFacts } from './agentCode.ts';
import { literal } from './literal.ts';
import { pythonFlow } from './pythonFlow.ts';

export function pythonCode(facts: CodeFacts): string {
  const { name, model, tools, flow } = facts;
  return `"""An agent made with Training Camp.

Needs: pip install openai
Reads OPENAI_API_KEY; OPENAI_BASE_URL and AGENT_MODEL choose another server and model.
Answers its argument, or what it is given on standard input.
"""

${flow === null ? '' : 'import hashlib\n'}${tools.length === 0 && flow === null ? '' : 'import json\n'}import os
${flow === null ? '' : 'import re\n'}import sys

from openai import OpenAI

NAME = ${literal(name)}
MODEL = os.environ.get("AGENT_MODEL", ${literal(model)})
${flow === null ? single(facts) : pythonFlow(facts, flow)}
if __name__ == "__main__":
    print(answer(sys.argv[1] if len(sys.argv) > 1 else sys.stdin.read()))
`;
}

function single(facts: CodeFacts): string {
  const { system, tools } = facts;
  return `${system === '' ? '' : `SYSTEM = ${literal(system)}\n`}${tools.length === 0 ? '' : withTools(facts)}

def answer(text: str) -> str:
    """Answers one input. Raises where the model says nothing."""
${tools.length === 0 ? oneCall(facts) : rounds(facts)}
`;
}

function messages({ system }: CodeFacts): string {
  return system === '' ? '[{"role": "user", "content": text}]' : '[{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]';
}

function parameters(facts: CodeFacts, indent: string): string {
  return facts.parameters.map(([key, value]) => `${indent}${key}=${literal(value)},\n`).join('');
}

function oneCall(facts: CodeFacts): string {
  return `    completion = OpenAI().chat.completions.create(
        model=MODEL,
        messages=${messages(facts)},
${parameters(facts, '        ')}    )
    content = completion.choices[0].message.content
    if content is None or not content.strip():
        raise RuntimeError("The model answered nothing.")
    return content
`;
}

function withTools({ tools, rounds: most }: CodeFacts): string {
  return `TOOLS = json.loads(${literal(JSON.stringify(tools))})
ROUNDS = ${String(most)}


def call_tool(name: str, arguments: dict) -> str:
    """What the tools do: fill it in. An error is told to the model."""
    raise NotImplementedError(f"{name} is not there")

`;
}

function rounds(facts: CodeFacts): string {
  return `    client = OpenAI()
    messages = ${messages(facts)}
    for _ in range(ROUNDS):
        completion = client.chat.completions.create(
            model=MODEL,
            messages=messages,
            tools=TOOLS,
${parameters(facts, '            ')}        )
        message = completion.choices[0].message
        if not message.tool_calls:
            if message.content is None or not message.content.strip():
                raise RuntimeError("The model answered nothing.")
            return message.content
        messages.append(message.model_dump(exclude_none=True))
        for call in message.tool_calls:
            try:
                result = call_tool(call.function.name, json.loads(call.function.arguments))
            except Exception as error:
                result = f"Error: {error}"
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    raise RuntimeError("The model called tools again and again and gave no answer.")
`;
}
