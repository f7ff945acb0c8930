"""The unmodified libretto-openai, logging chats and completions and sending feedback."""

import json
import os
import uuid

import libretto_openai
from libretto_openai import Client, LibrettoConfig, LibrettoCreateParams, TemplateChat, TemplateString

client = Client(
    base_url=os.environ["BASE_URL"],
    api_key=os.environ["API_KEY"],
    libretto=LibrettoConfig(api_key=os.environ["LIBRETTO_KEY"]),
)
chain_id = str(uuid.uuid4())
chat = client.chat.completions.create(
    model="m",
    messages=TemplateChat(
        [
            {"role": "system", "content": 'Answer as {"emoji": "…"}.'},
            {"role": "user", "content": "An emoji for {sport}"},
        ],
        {"sport": "soccer"},
    ),
    libretto=LibrettoCreateParams(prompt_template_name="sport-emoji", chat_id="chat-1", chain_id=chain_id),
)
text = client.completions.create(
    model="m",
    prompt=TemplateString("Greet {name}.", {"name": "Ann"}),
    libretto=LibrettoCreateParams(prompt_template_name="greet"),
)
unnamed = Client(
    base_url=os.environ["BASE_URL"],
    api_key=os.environ["API_KEY"],
    libretto=LibrettoConfig(api_key=os.environ["LIBRETTO_KEY"], allow_unnamed_prompts=True),
)
unnamed.chat.completions.create(
    model="m", messages=TemplateChat([{"role": "user", "content": "Count to {n}"}], {"n": "three"})
)
client.send_feedback(feedback_key=chat.libretto_feedback_key, rating=0.25, better_response="⚽")
client.update_chain(chain_id=chain_id, result="all done")
print(
    json.dumps(
        {
            "version": getattr(libretto_openai, "__version__", None),
            "chat": chat.choices[0].message.content,
            "text": text.choices[0].text,
            "feedback_key": getattr(chat, "libretto_feedback_key", None),
            "chain_id": chain_id,
        }
    )
)
