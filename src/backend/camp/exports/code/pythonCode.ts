import type { CodeFacts } from './agentCode.ts';
import { literal } from './literal.ts';
import { pythonFlow } from './pythonFlow.ts';
import { toolDeclarations, toolRounds } from './pythonTools.ts';

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
  const { system, tools, rounds: most } = facts;
  return `${system === '' ? '' : `SYSTEM = ${literal(system)}\n`}${tools.length === 0 ? '' : `ROUNDS = ${String(most)}\n${toolDeclarations(facts)}`}

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

function rounds(facts: CodeFacts): string {
  const ask = `    completion = client.chat.completions.create(
        model=MODEL,
        messages=messages,
        tools=TOOLS,
${parameters(facts, '        ')}    )
    message = completion.choices[0].message`;
  return `    client = OpenAI()
    messages = ${messages(facts)}
${toolRounds({ ask, call: 'call_tool(call.function.name, json.loads(call.function.arguments))', isEmpty: 'not message.content.strip()' }, '    ')}`;
}
