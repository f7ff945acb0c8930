/** Escape follows the link with `data-escape`, which closes a panel, unless something was typed into its form. */
export function watchEscape(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    const link = document.querySelector("a[data-escape]");
    if (!(link instanceof HTMLAnchorElement)) return;
    const fields = link.closest("form")?.querySelectorAll("input, textarea") ?? [];
    if (Array.from(fields).some(isTyped)) return;
    link.click();
  });
}

function isTyped(field: Element): boolean {
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  return field instanceof HTMLInputElement && field.type === "text" && field.value !== field.defaultValue;
}
