/**
 * Forms that work better with scripts: those with `data-live` get a field that marks them, a changed
 * choice is shown at once, and keys press the buttons that name them in `data-key`.
 */
export function watchForms(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-live]")) field.value = "1";
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLSelectElement)) return;
    const update = field.form?.querySelector<HTMLButtonElement>("[data-update]");
    if (update != null) field.form?.requestSubmit(update);
  });
  document.addEventListener("keydown", (event) => {
    const key = event.ctrlKey || event.metaKey ? `Control+${event.key}` : event.key;
    const buttons = Array.from(document.querySelectorAll<HTMLButtonElement>("button[data-key]"));
    const button = buttons.find((one) => one.dataset["key"] === key);
    if (button === undefined) return;
    event.preventDefault();
    button.click();
  });
}
