"""A real MLflow server, filled through MLflow's own client; what it exports is left in OUT_DIR."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

out = os.environ["OUT_DIR"]
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
url = f"http://127.0.0.1:{port}"
server = subprocess.Popen(
    [
        sys.executable,
        *["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"],
        *["--backend-store-uri", f"sqlite:///{out}/mlflow.db", "--default-artifact-root", f"{out}/artifacts"],
    ],
    stdout=open(f"{out}/server.log", "w"),
    stderr=subprocess.STDOUT,
    start_new_session=True,
)
try:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url}/health", timeout=1).read()
            break
        except Exception:
            if server.poll() is not None:
                raise SystemExit(open(f"{out}/server.log").read())
            time.sleep(0.2)

    import mlflow
    from mlflow.entities import SpanType
    from mlflow.genai.datasets import create_dataset

    mlflow.set_tracking_uri(url)
    mlflow.set_experiment("migration")

    @mlflow.trace(span_type=SpanType.CHAT_MODEL, name="Completions")
    def complete(model, messages, temperature):
        text = messages[-1]["content"]
        return {
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text.upper()}}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
        }

    @mlflow.trace(name="answer")
    def answer(question):
        mlflow.update_current_trace(metadata={"mlflow.trace.session": "session-1", "mlflow.trace.user": "ann"})
        messages = [
            {"role": "system", "content": "Answer briefly."},
            {"role": "user", "content": f"Question: {question}"},
        ]
        return complete("gpt-4o", messages, 0)["choices"][0]["message"]["content"]

    @mlflow.trace(name="broken")
    def broken(question):
        raise ValueError("no answer")

    for number in range(5):
        answer(f"what is {number}?")
    mlflow.flush_trace_async_logging()
    last = mlflow.get_last_active_trace_id()
    mlflow.log_expectation(trace_id=last, name="expected_response", value="FOUR")
    mlflow.log_feedback(trace_id=last, name="correctness", value=False, rationale="it repeats the question")
    try:
        broken("why?")
    except ValueError:
        pass
    mlflow.flush_trace_async_logging()

    traces = mlflow.search_traces(return_type="list")
    with open(f"{out}/traces.jsonl", "w") as file:
        for trace in traces:
            file.write(trace.to_json() + "\n")
    mlflow.search_traces().to_csv(f"{out}/traces.csv", index=False)
    mlflow.search_traces().to_json(f"{out}/traces.json", orient="records", default_handler=str)

    dataset = create_dataset(name="capitals")
    dataset.merge_records(traces)
    dataset.merge_records(
        [
            {"inputs": {"question": "capital of Italy?"}, "expectations": {"expected_response": "Rome"}},
            {"inputs": {"question": "capital of France?"}, "outputs": "Paris", "tags": {"kind": "easy"}},
        ]
    )
    dataset.to_df().to_csv(f"{out}/records.csv", index=False)
    dataset.to_df().to_json(f"{out}/records.json", orient="records", default_handler=str)
    with urllib.request.urlopen(f"{url}/api/3.0/mlflow/datasets/{dataset.dataset_id}/records") as reply:
        open(f"{out}/answer.json", "wb").write(reply.read())
    print(json.dumps({"version": mlflow.__version__, "traces": len(traces), "records": len(dataset.to_df())}))
finally:
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
