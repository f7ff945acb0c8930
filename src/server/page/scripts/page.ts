/**
 * The script of all pages. Everything works without it; it exchanges filtered lists in place (htmx reads the
 * attributes of `filterForm`) and copies texts.
 */
import "htmx.org";
import { watchCopyButtons } from "./copy-buttons.ts";
import { watchEscape } from "./escape-links.ts";
import { watchForms } from "./form-keys.ts";
import { watchLivePart } from "./live-part.ts";

document.documentElement.classList.add("js");
watchCopyButtons();
watchEscape();
watchLivePart();
watchForms();
