"""
Traces and a dataset, made through MLflow's own client on the server of MLFLOW_TRACKING_URI; with PROMPT also that
prompt. SPANS is where the client puts spans: `database` (it sends them over OTLP) or `artifacts`.
"""

import json
import os
import time

import mlflow
from mlflow.entities import SpanType
from mlflow.genai.datasets import create_dataset
from mlflow.store.tracking.rest_store import RestStore
from packaging.version import Version

# The client asks the server for its version, and waits 3 s. Without an answer, as from a busy server, it puts spans
# among the artifacts instead of the database; a test must not depend on how busy the machine is.
version = Version(mlflow.__version__) if os.environ["SPANS"] == "database" else None
RestStore._get_server_version = staticmethod(lambda host_creds: version)

mlflow.set_experiment(os.environ["EXPERIMENT"])


def wait_for_next_millisecond():
    """The server sorts by the start in milliseconds; of two traces that start in one, either may come first."""
    time.sleep(0.003)


@mlflow.trace(span_type=SpanType.CHAT_MODEL, name="Completions")
def complete(model, messages):
    text = messages[-1]["content"]
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": text.upper()}}]}


@mlflow.trace(name="answer")
def answer(question, options):
    wait_for_next_millisecond()
    return complete("gpt-4o", [{"role": "user", "content": question}])["choices"][0]["message"]["content"]


@mlflow.trace(name="label")
def label(question):
    wait_for_next_millisecond()
    return {"label": question}


@mlflow.trace(name="broken")
def broken(question):
    wait_for_next_millisecond()
    raise ValueError("no answer")


options = {"depth": 1.5, "tags": ["a", None], "big": 2**60}
# Answers that look like numbers and like JSON, and are texts; the last but one is an object.
long = json.dumps({"long": ["x" * 300, 1]})
for question in ["one", "12345", '"quoted"', "[1,  2.50]", long]:
    answer(question, options)
label("an object")
answer('{"label": "x"}', options)
mlflow.flush_trace_async_logging()
rated = mlflow.get_last_active_trace_id()
mlflow.log_expectation(trace_id=rated, name="expected_response", value="X")
mlflow.log_expectation(trace_id=rated, name="expected_facts", value=["a fact"])
mlflow.log_feedback(trace_id=rated, name="correctness", value=False, rationale="wrong\nsign")
try:
    broken("why?")
except ValueError:
    pass
mlflow.flush_trace_async_logging()

dataset = create_dataset(name=os.environ["DATASET"])
dataset.merge_records(mlflow.search_traces(return_type="list", max_results=2))
dataset.merge_records(
    [
        {"inputs": {"question": "capital of Italy?"}, "expectations": {"expected_response": "Rome"}},
        {"inputs": {"question": "capital of France?"}, "outputs": "Paris", "tags": {"kind": "easy"}},
    ]
)
if "PROMPT" in os.environ:
    prompt = mlflow.genai.register_prompt(
        name=os.environ["PROMPT"],
        template=[{"role": "system", "content": "Greet {{name}}."}, {"role": "user", "content": "{{question}}"}],
        commit_message="first",
        tags={"team": "support"},
        model_config={"provider": "openai", "model_name": "gpt-4o", "temperature": 0.5, "logprobs": True},
        response_format={"type": "object", "properties": {"text": {"type": "string"}}},
    )
    mlflow.genai.set_prompt_alias(prompt.name, alias="live", version=prompt.version)
print(json.dumps({"rated": rated, "dataset_id": dataset.dataset_id}))
