"""MLflow's autologging of the OpenAI SDK, sent over OTLP as its documentation has it."""

import json
import os

import mlflow
import openai

mlflow.openai.autolog()
client = openai.OpenAI(base_url=os.environ["BASE_URL"], api_key=os.environ["API_KEY"], max_retries=0)


@mlflow.trace(name="classify")
def classify(text):
    answer = client.chat.completions.create(
        model="m",
        messages=[
            {"role": "system", "content": "Classify the sentiment."},
            {"role": "user", "content": text},
        ],
        temperature=0,
    )
    return answer.choices[0].message.content


said = classify("lovely")
mlflow.flush_trace_async_logging()
provider = mlflow.tracing.provider._get_tracer_provider() if hasattr(mlflow.tracing.provider, "_get_tracer_provider") else None
print(json.dumps({"version": mlflow.__version__, "said": said}))
