import { z } from "zod";

/** The option `rewrite` of the engines that request new texts. */
export const rewriteOption = z
  .enum(["instructions", "whole"])
  .default("instructions")
  .describe(
    "instructions: lines with variables stay, and the model rewrites the rest, where the text can be split so; whole: the model writes the whole text, variables included",
  );
