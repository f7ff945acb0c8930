"""Spans of the real OpenTelemetry SDK: an instrumentation of the OpenAI SDK (OpenInference's or its own), and by hand."""

import json
import os

import openai
from openinference.instrumentation import using_prompt_template, using_session
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

exporter = OTLPSpanExporter(endpoint=os.environ["ENDPOINT"], compression=Compression.Gzip)
provider = TracerProvider(resource=Resource.create({"service.name": "shop", "deployment.environment": "test"}))
provider.add_span_processor(BatchSpanProcessor(exporter))
trace.set_tracer_provider(provider)
if os.environ["INSTRUMENTATION"] == "openinference":
    from openinference.instrumentation.openai import OpenAIInstrumentor
else:
    from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
OpenAIInstrumentor().instrument(tracer_provider=provider)
tracer = trace.get_tracer("by-hand")

client = openai.OpenAI(base_url=os.environ["BASE_URL"], api_key=os.environ["API_KEY"], max_retries=0)
with tracer.start_as_current_span("answer") as root:
    with using_session("session-1"), using_prompt_template(
        template="An emoji for {sport}", variables={"sport": "soccer"}, version="1"
    ):
        client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "An emoji for soccer"}], temperature=0.5
        )
    for _ in client.chat.completions.create(
        model="m", messages=[{"role": "user", "content": "streamed"}], stream=True
    ):
        pass
    try:
        client.chat.completions.create(model="missing", messages=[{"role": "user", "content": "fails"}])
    except openai.NotFoundError:
        pass

with tracer.start_as_current_span("chat m") as span:
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("gen_ai.provider.name", "openai")
    span.set_attribute("gen_ai.request.model", "m")
    span.set_attribute(
        "gen_ai.input.messages",
        json.dumps([{"role": "user", "parts": [{"type": "text", "content": "by hand"}]}]),
    )
    span.set_attribute(
        "gen_ai.output.messages",
        json.dumps(
            [{"role": "assistant", "parts": [{"type": "text", "content": "done"}], "finish_reason": "stop"}]
        ),
    )
    span.set_attribute("gen_ai.usage.input_tokens", 7)
    span.set_attribute("gen_ai.response.finish_reasons", ["stop"])

ok = provider.force_flush()
provider.shutdown()
print(json.dumps({"flushed": ok, "trace_id": format(root.get_span_context().trace_id, "032x")}))
