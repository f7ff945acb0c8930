import type { JsonValue } from "../../../core/data/json.ts";
import type { SourceFile } from "./source-file.ts";

/** Keys and positions from a value to a member of it. */
export type MemberPath = readonly (string | number)[];

/** A value of a file, or what is wrong where one should be. Lines count from 1. */
export type ReadValue =
  | {
      readonly value: JsonValue;
      readonly line?: number;
      /** Line of a member inside the value, where the layout knows it. */
      readonly lineAt?: (path: MemberPath) => number | undefined;
    }
  | { readonly problem: string; readonly line?: number };

/** Reads a file value by value, in bounded memory where its layout allows. */
export type ReadValues = (file: SourceFile) => AsyncIterable<ReadValue>;
