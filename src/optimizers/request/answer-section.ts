/** How the new text is to be handed in, so that `parseReply` finds it. */
export function answerSection(fence: string): string {
  return [
    "# Your reply",
    `Write the complete new text, not only what changes, in one fenced block that opens and closes with a line of ${fence.length} backticks:`,
    `${fence}\n…the new text…\n${fence}`,
    "What stands outside the block is not read. Write no second block.",
  ].join("\n\n");
}
