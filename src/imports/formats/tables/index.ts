import type { RowShape } from "./row-shape.ts";
import { shareGpt } from "./share-gpt.ts";
import { openaiPreference, trlCompletion, trlPreference } from "./trl.ts";

/** Shapes that are read as rows, by every command that reads rows. */
export const rowShapes: readonly RowShape[] = [openaiPreference, trlPreference, trlCompletion, shareGpt];
