"""Runs the reference implementation (`gepa` from PyPI) in worlds served over HTTP.

Reads one JSON document from stdin: {"workers": 32, "searches": [{"base_url", "prompt", "placeholder",
"train": [{"request", "expected"}], "validation": [...], "calls", "seed"}]}. Writes one line of JSON per
search: {"prompt", "validation", "seconds", "calls"}. Its own prompts, its own defaults; rollouts of a batch
run in threads. Equal questions are numbered in the API's `seed` field, so that each rollout is a fresh sample.
"""

import http.client
import json
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import gepa
from gepa.core.adapter import EvaluationBatch

COMPONENT = "prompt"


class Line:
    """One kept-alive connection per thread to one world."""

    def __init__(self, base_url):
        self.url = urlsplit(base_url)
        self.local = threading.local()
        self.lock = threading.Lock()
        self.asked = Counter()

    def complete(self, model, content):
        with self.lock:
            repeat = self.asked[model, content]
            self.asked[model, content] += 1
        body = {"model": model, "messages": [{"role": "user", "content": content}], "seed": repeat}
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection(self.url.hostname, self.url.port)
        self.local.connection.request(
            "POST",
            f"{self.url.path}/chat/completions",
            json.dumps(body),
            {"content-type": "application/json"},
        )
        answer = json.loads(self.local.connection.getresponse().read())
        return answer["choices"][0]["message"]["content"]


class WorldAdapter:
    propose_new_texts = None

    def __init__(self, line, pool, placeholder):
        self.line, self.pool, self.placeholder = line, pool, placeholder

    def evaluate(self, batch, candidate, capture_traces=False):
        def answer(row):
            prompt = candidate[COMPONENT].replace(self.placeholder, row["request"])
            return self.line.complete("target", prompt)

        outputs = list(self.pool.map(answer, batch))
        scores = [1.0 if out.strip() == row["expected"] else 0.0 for out, row in zip(outputs, batch)]
        traces = list(zip(batch, outputs, scores)) if capture_traces else None
        return EvaluationBatch(outputs=outputs, scores=scores, trajectories=traces)

    def make_reflective_dataset(self, candidate, eval_batch, components_to_update):
        records = [
            {
                "Inputs": row["request"],
                "Generated Outputs": output,
                "Feedback": "Right." if score == 1 else f"Wrong. The expected answer was: {row['expected']}",
            }
            for row, output, score in eval_batch.trajectories
        ]
        return {name: records for name in components_to_update}


class Silent:
    def log(self, message):
        pass


def search(task, workers):
    line = Line(task["base_url"])
    started = time.monotonic()
    with ThreadPoolExecutor(workers) as pool:
        result = gepa.optimize(
            seed_candidate={COMPONENT: task["prompt"]},
            trainset=task["train"],
            valset=task["validation"],
            adapter=WorldAdapter(line, pool, task["placeholder"]),
            reflection_lm=lambda prompt: line.complete("reflection", prompt),
            max_metric_calls=task["calls"],
            logger=Silent(),
            seed=task["seed"],
        )
    return {
        "prompt": result.best_candidate[COMPONENT],
        "validation": result.val_aggregate_scores[result.best_idx],
        "seconds": time.monotonic() - started,
        "calls": result.total_metric_calls,
    }


def main():
    given = json.load(sys.stdin)
    for task in given["searches"]:
        print(json.dumps(search(task, given["workers"])), flush=True)


if __name__ == "__main__":
    main()
