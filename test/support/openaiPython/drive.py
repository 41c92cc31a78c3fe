"""Asks a server by the public client of OpenAI what stdin says, and prints what came as JSON."""

import json
import sys

import openai

asked = json.load(sys.stdin)
client = openai.OpenAI(base_url=asked["url"], api_key=asked["key"], max_retries=0)
chat = {"model": asked["model"], "messages": asked["messages"], "max_completion_tokens": 12, "temperature": 0}

whole = client.chat.completions.create(**chat)
streamed = ""
for chunk in client.chat.completions.create(**chat, stream=True):
    streamed += chunk.choices[0].delta.content or ""
calls = client.chat.completions.create(**asked["tools"]).choices[0].message.tool_calls or []
with client.chat.completions.stream(**asked["tools"]) as stream:
    stream.until_done()
    streamed_calls = stream.get_final_completion().choices[0].message.tool_calls or []

refusals = []
for key, model in [("wrong", asked["model"]), (asked["key"], "none")]:
    try:
        openai.OpenAI(base_url=asked["url"], api_key=key, max_retries=0).chat.completions.create(**{**chat, "model": model})
    except openai.APIStatusError as error:
        refusals.append({"kind": type(error).__name__, "code": error.code})

print(
    json.dumps(
        {
            "models": [model.id for model in client.models.list()],
            "text": whole.choices[0].message.content,
            "tokens": whole.usage.completion_tokens if whole.usage else 0,
            "streamed": streamed,
            "calls": [[call.function.name, json.loads(call.function.arguments)] for call in calls],
            "streamedCalls": [[call.function.name, json.loads(call.function.arguments)] for call in streamed_calls],
            "refusals": refusals,
        }
    )
)
