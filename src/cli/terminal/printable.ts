/**
 * Somebody else's text for a terminal: control characters other than line ends and tabs are shown (`␛`), and
 * not obeyed, for an answer of a model could move the cursor or colour what follows.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, (control) => {
    const code = control.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
  });
}
