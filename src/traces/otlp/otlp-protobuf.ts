import protobuf from "protobufjs/light.js";
import type { JsonValue } from "../../core/data/json.ts";

/**
 * The messages of `opentelemetry/proto/collector/trace/v1/trace_service.proto` and its imports (1.x, stable),
 * limited to what traces need. Names are camelCase as in OTLP's JSON format.
 */
const root = protobuf.Root.fromJSON({
  nested: {
    ExportTraceServiceRequest: {
      fields: { resourceSpans: { rule: "repeated", type: "ResourceSpans", id: 1 } },
    },
    ExportTraceServiceResponse: { fields: { partialSuccess: { type: "PartialSuccess", id: 1 } } },
    PartialSuccess: {
      fields: { rejectedSpans: { type: "int64", id: 1 }, errorMessage: { type: "string", id: 2 } },
    },
    ResourceSpans: {
      fields: {
        resource: { type: "Resource", id: 1 },
        scopeSpans: { rule: "repeated", type: "ScopeSpans", id: 2 },
      },
    },
    Resource: { fields: { attributes: { rule: "repeated", type: "KeyValue", id: 1 } } },
    ScopeSpans: {
      fields: { scope: { type: "Scope", id: 1 }, spans: { rule: "repeated", type: "Span", id: 2 } },
    },
    Scope: { fields: { name: { type: "string", id: 1 }, version: { type: "string", id: 2 } } },
    Span: {
      fields: {
        traceId: { type: "bytes", id: 1 },
        spanId: { type: "bytes", id: 2 },
        parentSpanId: { type: "bytes", id: 4 },
        name: { type: "string", id: 5 },
        startTimeUnixNano: { type: "fixed64", id: 7 },
        endTimeUnixNano: { type: "fixed64", id: 8 },
        attributes: { rule: "repeated", type: "KeyValue", id: 9 },
        events: { rule: "repeated", type: "Event", id: 11 },
        status: { type: "Status", id: 15 },
      },
    },
    Event: {
      fields: {
        timeUnixNano: { type: "fixed64", id: 1 },
        name: { type: "string", id: 2 },
        attributes: { rule: "repeated", type: "KeyValue", id: 3 },
      },
    },
    Status: { fields: { message: { type: "string", id: 2 }, code: { type: "int32", id: 3 } } },
    KeyValue: { fields: { key: { type: "string", id: 1 }, value: { type: "AnyValue", id: 2 } } },
    AnyValue: {
      oneofs: {
        value: {
          oneof: [
            "stringValue",
            "boolValue",
            "intValue",
            "doubleValue",
            "arrayValue",
            "kvlistValue",
            "bytesValue",
          ],
        },
      },
      fields: {
        stringValue: { type: "string", id: 1 },
        boolValue: { type: "bool", id: 2 },
        intValue: { type: "int64", id: 3 },
        doubleValue: { type: "double", id: 4 },
        arrayValue: { type: "ArrayValue", id: 5 },
        kvlistValue: { type: "KeyValueList", id: 6 },
        bytesValue: { type: "bytes", id: 7 },
      },
    },
    ArrayValue: { fields: { values: { rule: "repeated", type: "AnyValue", id: 1 } } },
    KeyValueList: { fields: { values: { rule: "repeated", type: "KeyValue", id: 1 } } },
  },
});

/**
 * Decodes an `ExportTraceServiceRequest` to its JSON format; ids are base64. Throws if the bytes are invalid.
 */
export function decodeTraceRequest(bytes: Uint8Array): JsonValue {
  const type = root.lookupType("ExportTraceServiceRequest");
  return type.toObject(type.decode(bytes), { longs: String, bytes: String }) as JsonValue;
}

/** Encodes an `ExportTraceServiceResponse`. */
export function encodeTraceResponse(partial: PartialSuccess | undefined): Uint8Array {
  const type = root.lookupType("ExportTraceServiceResponse");
  return type.encode(type.fromObject(partial === undefined ? {} : { partialSuccess: partial })).finish();
}

export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}
