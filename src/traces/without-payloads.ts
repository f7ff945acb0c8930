import type { Trace } from "../core/trace.ts";

/** A trace whose payloads were not to be kept: that it happened, when, with what cost, and not one word of it. */
export function withoutPayloads(trace: Trace): Trace {
  const {
    inputs: _inputs,
    messages: _messages,
    output: _output,
    outputMessage: _outputMessage,
    toolCalls: _toolCalls,
    reasoning: _reasoning,
    stdout: _stdout,
    providerRequest: _providerRequest,
    providerResponse: _providerResponse,
    other: _other,
    ...rest
  } = trace;
  return rest;
}
