"""Runs `gepa` from PyPI on one task of the benchmark, with its own prompts and defaults.

Reads one JSON document from stdin (see search-peers.ts) and writes one to stdout: {"text", "calls", "seconds"}.
The instruction is the component; the lines with the input are added to every request, so they cannot be lost.
`calls` caps its metric calls; reflections come on top, as the package counts them.
"""

import json
import os
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import gepa
from gepa.core.adapter import EvaluationBatch

COMPONENT = "instructions"
ATTEMPTS = 3


class Endpoint:
    def __init__(self, task):
        self.task = task
        self.lock = threading.Lock()

    def count(self, role):
        """A byte per call in a file beside the package's own state, so that a resumed search counts all."""
        with self.lock, open(os.path.join(self.task["folder"], f"{role}-calls"), "a") as file:
            file.write(".")

    def calls(self):
        files = {role: os.path.join(self.task["folder"], f"{role}-calls") for role in ("target", "reflection")}
        return {role: os.path.getsize(file) if os.path.exists(file) else 0 for role, file in files.items()}

    def complete(self, role, content, max_tokens, **parameters):
        self.count(role)
        body = {
            "model": self.task[role],
            "messages": content if isinstance(content, list) else [{"role": "user", "content": content}],
            "max_tokens": max_tokens,
            **parameters,
        }
        request = urllib.request.Request(
            f"{self.task['base_url']}/chat/completions",
            json.dumps(body).encode(),
            {
                "content-type": "application/json",
                "authorization": f"Bearer {os.environ.get('BENCH_API_KEY', 'none')}",
            },
        )
        for attempt in range(ATTEMPTS):
            try:
                with urllib.request.urlopen(request, timeout=self.task["timeout_seconds"]) as response:
                    return json.load(response)["choices"][0]["message"]["content"] or ""
            except urllib.error.HTTPError as error:
                # Longer than the context: a target's row scores 0, a reflection fails and the package goes on.
                problem = f"{error}: {error.read().decode(errors='replace')[:300]}"
                if error.code < 500 and re.search(r"context|too (long|large)|exceed", problem, re.I):
                    if role == "target":
                        return ""
                    raise
            except OSError as error:
                problem = error
            time.sleep(2 ** (attempt + 1))
        # Not a result: the next start resumes from the package's state.
        print(f"{role} model: {problem}", file=sys.stderr, flush=True)
        os._exit(1)


def marks(given, wanted):
    """Whether each value of the expected JSON is right, nested objects by their values."""
    if not isinstance(wanted, dict):
        return [type(given) is type(wanted) and given == wanted]
    inner = given if isinstance(given, dict) else {}
    return [mark for key, value in wanted.items() for mark in marks(inner.get(key), value)]


def score(scorer, answer, expected):
    if scorer == "exact_match":
        return 1.0 if answer.strip() == expected.strip() else 0.0
    try:
        given = json.loads(answer)
    except ValueError:
        return 0.0
    found = marks(given, json.loads(expected))
    return sum(found) / len(found) if isinstance(given, dict) else 0.0


class Adapter:
    propose_new_texts = None

    def __init__(self, task, endpoint, pool):
        self.task, self.endpoint, self.pool = task, endpoint, pool

    def prompt(self, instruction, inputs):
        text = self.task["input_lines"]
        for name, value in inputs.items():
            text = text.replace("{{" + name + "}}", value)
        return f"{instruction}\n{text}"

    def evaluate(self, batch, candidate, capture_traces=False):
        def answer(row):
            prompt = self.prompt(candidate[COMPONENT], row["inputs"])
            return self.endpoint.complete("target", prompt, self.task["answer_tokens"], temperature=0)

        outputs = list(self.pool.map(answer, batch))
        scores = [score(self.task["scorer"], out, row["expected"]) for out, row in zip(outputs, batch)]
        traces = list(zip(batch, outputs, scores)) if capture_traces else None
        return EvaluationBatch(outputs=outputs, scores=scores, trajectories=traces)

    def make_reflective_dataset(self, candidate, eval_batch, components_to_update):
        records = [
            {
                "Inputs": "\n".join(row["inputs"].values()),
                "Generated Outputs": output,
                "Feedback": "correct"
                if points == 1
                else f'expected "{row["expected"]}", got "{output.strip()}" (score {points:.2f})',
            }
            for row, output, points in eval_batch.trajectories
        ]
        return {name: records for name in components_to_update}


class Silent:
    def log(self, message):
        pass


def main():
    task = json.load(sys.stdin)
    endpoint = Endpoint(task)
    started = time.monotonic()
    with ThreadPoolExecutor(task["concurrency"]) as pool:
        # No temperature for reflections: the endpoint's, as the package leaves it.
        result = gepa.optimize(
            seed_candidate={COMPONENT: task["instruction"]},
            trainset=task["train"],
            valset=task["validation"],
            adapter=Adapter(task, endpoint, pool),
            reflection_lm=lambda prompt: endpoint.complete("reflection", prompt, task["reflection_tokens"]),
            max_metric_calls=task["calls"],
            logger=Silent(),
            run_dir=task["folder"],
            seed=task["seed"],
            raise_on_exception=False,
        )
    found = {
        "text": result.best_candidate[COMPONENT],
        "calls": {**endpoint.calls(), "metric": result.total_metric_calls},
        "candidates": len(result.candidates),
        "seconds": time.monotonic() - started,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
