# Every call of the unmodified client; the last line is what came of them, as JSON.
import asyncio
import json
import os
import time

from humanloop import AsyncHumanloop, Humanloop
from humanloop.core.api_error import ApiError

base_url, api_key = os.environ["BASE_URL"], os.environ["API_KEY"]
hl = Humanloop(base_url=base_url, api_key=api_key)
result = {}


def plain(value):
    if hasattr(value, "model_dump"):
        return json.loads(value.model_dump_json(by_alias=True))
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def step(name, work):
    try:
        result[name] = plain(work())
    except ApiError as error:
        result[name] = {"threw": type(error).__name__, "status": error.status_code, "body": plain(error.body)}
    except Exception as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, ApiError):
            result[name] = {"threw": type(error).__name__, "status": cause.status_code, "body": plain(cause.body)}
            return
        result[name] = {"threw": type(error).__name__, "message": str(error)}


def user(text):
    return [{"role": "user", "content": text}]


triage = dict(
    path="support/triage",
    model="gpt-4o",
    template=[{"role": "system", "content": "Answer about {{topic}}"}],
    temperature=0.2,
    version_name="first",
    tags=["a"],
)
step("upsert", lambda: hl.prompts.upsert(**triage))
step("upsert_again", lambda: hl.prompts.upsert(**triage))
step("upsert_changed", lambda: hl.prompts.upsert(**{**triage, "temperature": 0.9, "version_name": "second"}))
step("upsert_plain", lambda: hl.prompts.upsert(path="support/plain", model="gpt-4o", template=user("Say {{what}}")))
prompt_id, first, second = result["upsert"]["id"], result["upsert"]["version_id"], result["upsert_changed"]["version_id"]
step("name_taken", lambda: hl.prompts.upsert(**{**triage, "temperature": 0.5}))
step("invalid", lambda: hl.prompts.upsert(path="a/../b", model="m"))
step("get", lambda: hl.prompts.get(id=prompt_id))
step("get_version", lambda: hl.prompts.get(id=prompt_id, version_id=second))
step("list", lambda: [one.path for one in hl.prompts.list(size=1)])
step("list_versions", lambda: [one.version_id for one in hl.prompts.list_versions(id=prompt_id).records])
step("rename", lambda: hl.prompts.patch_prompt_version(id=prompt_id, version_id=second, name="renamed"))
step("populate", lambda: hl.prompts.populate(id=prompt_id, request={"topic": "cats"}))
step("serialize", lambda: hl.prompts.serialize(id=prompt_id))
step("deserialize", lambda: hl.prompts.deserialize(prompt=result["serialize"]))
step("environments", lambda: hl.prompts.list_environments(id=prompt_id))
staging = next(one["id"] for one in result["environments"] if one["name"] == "staging")
step("deploy", lambda: hl.prompts.set_deployment(id=prompt_id, environment_id=staging, version_id=second))
step("get_staging", lambda: hl.prompts.get(id=prompt_id, environment="staging"))
step("get_default", lambda: hl.prompts.get(id=prompt_id))
step("get_nowhere", lambda: hl.prompts.get(id=prompt_id, environment="nowhere"))
step("undeploy", lambda: hl.prompts.remove_deployment(id=prompt_id, environment_id=staging))
step("monitoring", lambda: hl.prompts.update_monitoring(id=prompt_id, activate=[{"evaluator_version_id": "evv_1"}]))

step("call", lambda: hl.prompts.call(path="support/plain", inputs={"what": "hello"}, messages=user("now"), num_samples=2))
step("call_kernel", lambda: hl.prompts.call(path="made/here", prompt={"model": "gpt-4o", "template": user("Say {{what}}")}, inputs={"what": "hi"}))
step("call_unknown", lambda: hl.prompts.call(path="no/such"))
step("call_missing", lambda: hl.prompts.call(path="support/plain"))
step("stream", lambda: list(hl.prompts.call_stream(path="support/plain", inputs={"what": "DONETEXT"}, num_samples=2)))
step("stream_unknown", lambda: list(hl.prompts.call_stream(path="no/such")))
step("stream_broken", lambda: list(hl.prompts.call_stream(path="support/plain", inputs={"what": "BREAK"})))

step("log", lambda: hl.prompts.log(path="support/logged", prompt={"model": "gpt-4o"}, inputs={"q": 1}, messages=user("q"), output="because"))
log_id = result["log"]["id"]
step("update_log", lambda: hl.prompts.update_log(id=result["log"]["prompt_id"], log_id=log_id, output="changed"))
step("feedback", lambda: hl.evaluators.log(parent_id=log_id, path="human/rating", judgment=True, spec={"arguments_type": "target_free", "return_type": "boolean", "evaluator_type": "human"}))
step("log_get", lambda: hl.logs.get(id=log_id))
step("logs", lambda: [one.id for one in hl.logs.list(file_id=result["log"]["prompt_id"], size=5)])

# What `humanloop pull` does: pages of files with their text until one is empty.
def pull():
    found, page = {}, 1
    while True:
        files = hl.files.list_files(type=["prompt"], include_raw_file_content=True, page=page, size=2)
        if not files.records:
            return found
        found.update({one.path: one.raw_file_content for one in files.records})
        page += 1


step("pull", pull)
step("file", lambda: hl.files.retrieve_by_path(path="support/triage"))
step("directories", lambda: [one.path for one in hl.directories.list()])
step("directory_create", lambda: hl.directories.create(path="made/empty"))


async def asynchronous():
    client = AsyncHumanloop(base_url=base_url, api_key=api_key)
    text = ""
    async for chunk in client.prompts.call_stream(path="support/plain", inputs={"what": "UTF8"}):
        text += chunk.output or ""
    got = await client.prompts.get(id=prompt_id)
    return [got.version_id, text]


step("asynchronous", lambda: asyncio.run(asynchronous()))


# The wrappers, whose spans go out in a thread of their own.
@hl.tool(path="tools/add")
def add(a: int, b: int) -> int:
    return a + b


@hl.prompt(path="decorated/ask")
def ask(what: str) -> str:
    from openai import OpenAI

    client = OpenAI(base_url=os.environ["PROVIDER_URL"], api_key=os.environ["PROVIDER_KEY"])
    answer = client.chat.completions.create(model="gpt-4o", temperature=0.8, messages=user("Say " + what))
    return answer.choices[0].message.content


@hl.flow(path="flows/python")
def flow(topic: str) -> str:
    return f"{ask(topic)} {add(1, 2)}"


step("flow", lambda: flow("cats"))
time.sleep(3)
step("move", lambda: hl.prompts.move(id=prompt_id, path="support/moved here"))
step("delete_version", lambda: hl.prompts.delete_prompt_version(id=prompt_id, version_id=second))
step("delete", lambda: hl.prompts.delete(id=prompt_id))
print(json.dumps(result))
