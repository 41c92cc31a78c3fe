import type { CodeFacts } from './agentCode.ts';
import { literal } from './literal.ts';

/** Tools as chat completions take them, and the function that a person fills in. */
export function toolDeclarations({ tools }: CodeFacts): string {
  return `TOOLS = json.loads(${literal(JSON.stringify(tools))})


def call_tool(name: str, arguments: dict) -> str:
    """What the tools do that the model calls: fill it in. An error is told to the model."""
    raise NotImplementedError(f"{name} is not there")
`;
}

/** Rounds of a function with `messages`: a text ends them, and calls are made and answered by `call`. `ask` gets a message. */
export function toolRounds({ ask, call, isEmpty }: { ask: string; call: string; isEmpty: string }, indent: string): string {
  return `for _ in range(ROUNDS):
${ask}
    if not message.tool_calls:
        if message.content is None or ${isEmpty}:
            raise RuntimeError("The model answered nothing.")
        return message.content
    messages.append(message.model_dump(exclude_none=True))
    for call in message.tool_calls:
        try:
            result = ${call}
        except Exception as error:
            result = f"Error: {error}"
        messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
raise RuntimeError("The model called tools again and again and gave no answer.")
`.replace(/^(?=.)/gm, indent);
}
