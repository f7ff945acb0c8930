import { type Html, html } from "../../../report/html.ts";
import type { CommandStyle } from "../../server-services.ts";

/** Folders that a command reads. */
type CommandFolder = "registry" | "state";

/** A command as it must be typed where the server was started: `dao-opt registry list`. */
export function typedCommand(
  { format, registryFlag, stateFlag }: CommandStyle,
  command: string,
  folders: readonly CommandFolder[] = [],
): string {
  const flags = folders.map((folder) => (folder === "registry" ? registryFlag : stateFlag)).join("");
  return format(`${command}${flags}`);
}

/** The command that does the same as the page, with a button that copies it. */
export function shownCommand(
  style: CommandStyle,
  command: string,
  { folders = [], lead = "The same in the terminal:", id = "command" }: ShownCommandOptions = {},
): Html {
  return html`<p class="small muted same">${lead} <code id="${id}">${typedCommand(style, command, folders)}</code> ${copyButton(id, "Copy command")}</p>`;
}

interface ShownCommandOptions {
  readonly folders?: readonly CommandFolder[];
  readonly lead?: string;
  /** Unique on the page. */
  readonly id?: string;
}

/** Copies the text of an element; absent without scripts. */
export function copyButton(id: string, name: string): Html {
  return html`<button type="button" class="btn plain js-only" data-copy="${id}">${name}</button>`;
}
