"""Traces, a dataset and a prompt, made through MLflow's own client on the server of MLFLOW_TRACKING_URI."""

import json
import os

import mlflow
from mlflow.entities import SpanType
from mlflow.genai.datasets import create_dataset

mlflow.set_experiment(os.environ["EXPERIMENT"])


@mlflow.trace(span_type=SpanType.CHAT_MODEL, name="Completions")
def complete(model, messages):
    text = messages[-1]["content"]
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": text.upper()}}]}


@mlflow.trace(name="answer")
def answer(question, options):
    return complete("gpt-4o", [{"role": "user", "content": question}])["choices"][0]["message"]["content"]


@mlflow.trace(name="broken")
def broken(question):
    raise ValueError("no answer")


# Answers that look like numbers and like JSON, and are texts.
for question in ["one", "12345", '{"label": "x"}']:
    answer(question, {"depth": 1.5, "tags": ["a", None], "big": 2**60})
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

dataset = create_dataset(name="from-python")
dataset.merge_records(mlflow.search_traces(return_type="list", max_results=2))
dataset.merge_records(
    [
        {"inputs": {"question": "capital of Italy?"}, "expectations": {"expected_response": "Rome"}},
        {"inputs": {"question": "capital of France?"}, "outputs": "Paris", "tags": {"kind": "easy"}},
    ]
)
prompt = mlflow.genai.register_prompt(
    name="shop.support.greeting",
    template=[{"role": "system", "content": "Greet {{name}}."}, {"role": "user", "content": "{{question}}"}],
    commit_message="first",
    tags={"team": "support"},
    model_config={"provider": "openai", "model_name": "gpt-4o", "temperature": 0.5, "logprobs": True},
    response_format={"type": "object", "properties": {"text": {"type": "string"}}},
)
mlflow.genai.set_prompt_alias("shop.support.greeting", alias="live", version=prompt.version)
print(json.dumps({"rated": rated, "dataset_id": dataset.dataset_id}))
