/** What somebody else's code threw, in words; it may be anything at all. */
export function thrownReason(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  try {
    return String(thrown);
  } catch {
    // An object without a prototype has no toString.
    return "something that is no error and cannot be shown";
  }
}
