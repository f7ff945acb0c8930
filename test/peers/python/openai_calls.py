"""Every kind of call with the unmodified OpenAI SDK; prints what its caller saw as one line of JSON."""

import asyncio
import json
import os

import openai

base_url = os.environ["BASE_URL"]
api_key = os.environ["API_KEY"]
client = openai.OpenAI(base_url=base_url, api_key=api_key, max_retries=0)
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]
tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
seen = {}

raw = client.chat.completions.with_raw_response.create(model="m", messages=messages)
seen["chat"] = [raw.status_code, raw.headers["content-type"], raw.parse().choices[0].message.content]

stream = client.chat.completions.create(
    model="m", messages=messages, stream=True, stream_options={"include_usage": True}
)
chunks = list(stream)
seen["stream"] = [
    "".join(c.choices[0].delta.content or "" for c in chunks if c.choices),
    chunks[-1].usage.completion_tokens,
    len(chunks),
]

called = client.chat.completions.create(
    model="m", messages=[{"role": "user", "content": "use a tool"}], tools=tools
)
seen["tools"] = called.choices[0].message.tool_calls[0].function.arguments

response = client.responses.create(model="m", input="Hello", instructions="Be brief.")
seen["responses"] = response.output_text

seen["completion"] = client.completions.create(model="m", prompt="Once").choices[0].text
seen["embedding"] = len(client.embeddings.create(model="m", input="x").data)
seen["models"] = [model.id for model in client.models.list()]

try:
    client.chat.completions.create(model="missing", messages=messages)
except openai.NotFoundError as error:
    seen["not_found"] = [error.status_code, error.code, error.body["message"]]
try:
    openai.OpenAI(base_url=base_url, api_key="wrong-key-0123456789", max_retries=0).models.list()
except openai.AuthenticationError as error:
    seen["unauthorized"] = [error.status_code, error.code]

with client.chat.completions.create(
    model="m", messages=[{"role": "user", "content": "a long story"}], stream=True
) as long:
    for chunk in long:
        if chunk.choices and chunk.choices[0].delta.content:
            seen["aborted"] = chunk.choices[0].delta.content
            break


async def at_once(count):
    async with openai.AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=0) as many:
        answers = await asyncio.gather(
            *(
                many.chat.completions.create(model="m", messages=[{"role": "user", "content": f"number {n}"}])
                for n in range(count)
            )
        )
    return [answer.choices[0].message.content for answer in answers]


seen["at_once"] = asyncio.run(at_once(50))
print(json.dumps(seen))
