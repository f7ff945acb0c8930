import type { SchemaFamily } from "../../postgres/prepare-schema.ts";

const ordered = (name: string, column: string) =>
  `create index if not exists dao_opt_traces_${name} on dao_opt_traces (${column}, order_ms, seq) where ${column} is not null`;

/**
 * The record of a trace as JSON text, and columns of it for filters. Texts compare as bytes, so that an index serves
 * the beginnings of paths and model names.
 */
export const tracesSchema: SchemaFamily = {
  name: "traces",
  tables: ["dao_opt_traces", "dao_opt_feedback"],
  versions: [
    [
      "create sequence if not exists dao_opt_trace_order",
      `create table if not exists dao_opt_traces (
        trace_id text collate "C" primary key,
        seq bigint not null default nextval('dao_opt_trace_order'),
        order_ms double precision not null,
        started_ms double precision,
        event_id text collate "C",
        feedback_key text collate "C",
        prompt_path text collate "C",
        prompt_name text collate "C",
        version_id text collate "C",
        name text collate "C",
        model text collate "C",
        asked_model text collate "C",
        chat_id text collate "C",
        chain_id text collate "C",
        parent_id text collate "C",
        user_id text collate "C",
        environment text collate "C",
        has_error boolean not null,
        is_rated boolean not null,
        record json not null
      )`,
      "create unique index if not exists dao_opt_traces_order on dao_opt_traces (order_ms, seq)",
      "create index if not exists dao_opt_traces_seq on dao_opt_traces (seq)",
      // How far clocks were set back, of the few traces of such clocks.
      "create index if not exists dao_opt_traces_set_back on dao_opt_traces ((order_ms - started_ms)) where order_ms > started_ms",
      "create index if not exists dao_opt_traces_rated on dao_opt_traces (order_ms, seq) where is_rated",
      "create index if not exists dao_opt_traces_errors on dao_opt_traces (order_ms, seq) where has_error",
      "create index if not exists dao_opt_traces_event on dao_opt_traces (event_id) where event_id is not null",
      "create index if not exists dao_opt_traces_feedback on dao_opt_traces (feedback_key) where feedback_key is not null",
      ordered("path", "prompt_path"),
      ordered("prompt", "prompt_name"),
      ordered("version", "version_id"),
      ordered("name", "name"),
      ordered("model", "model"),
      ordered("asked", "asked_model"),
      ordered("chat", "chat_id"),
      ordered("chain", "chain_id"),
      ordered("parent", "parent_id"),
      ordered("user", "user_id"),
      ordered("environment", "environment"),
      `create table if not exists dao_opt_feedback (
        seq bigserial primary key,
        key text collate "C" not null,
        is_rated boolean not null,
        record json not null
      )`,
      "create index if not exists dao_opt_feedback_key on dao_opt_feedback (key, seq)",
      "create index if not exists dao_opt_feedback_rated on dao_opt_feedback (key) where is_rated",
    ],
  ],
};
