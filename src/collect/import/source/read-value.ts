import type { JsonValue } from "../../../core/json.ts";
import type { SourceFile } from "./source-file.ts";

/** A value of a file, or what is wrong where one should be. Lines count from 1. */
export type ReadValue =
  | { readonly value: JsonValue; readonly line?: number }
  | { readonly problem: string; readonly line?: number };

/** Reads a file value by value, in bounded memory where its layout allows. */
export type ReadValues = (file: SourceFile) => AsyncIterable<ReadValue>;
