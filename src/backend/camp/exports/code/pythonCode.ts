import type { CodeFacts } from './agentCode.ts';
import { literal } from './literal.ts';

export function pythonCode({ name, model, system, parameters }: CodeFacts): string {
  const messages = system === '' ? '[{"role": "user", "content": text}]' : '[{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]';
  return `"""An agent made with Training Camp.

Needs: pip install openai
Reads OPENAI_API_KEY; OPENAI_BASE_URL and AGENT_MODEL choose another server and model.
Answers its argument, or what it is given on standard input.
"""

import os
import sys

from openai import OpenAI

NAME = ${literal(name)}
MODEL = os.environ.get("AGENT_MODEL", ${literal(model)})
${system === '' ? '' : `SYSTEM = ${literal(system)}\n`}

def answer(text: str) -> str:
    """Answers one input. Raises where the model says nothing."""
    completion = OpenAI().chat.completions.create(
        model=MODEL,
        messages=${messages},
${parameters.map(([key, value]) => `        ${key}=${literal(value)},\n`).join('')}    )
    content = completion.choices[0].message.content
    if content is None or not content.strip():
        raise RuntimeError("The model answered nothing.")
    return content


if __name__ == "__main__":
    print(answer(sys.argv[1] if len(sys.argv) > 1 else sys.stdin.read()))
`;
}
