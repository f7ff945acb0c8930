/** What the server sends: ids of elements, with their new content, and rows of the table of candidates. */
interface Changes {
  readonly parts: readonly (readonly [id: string, markup: string])[];
  readonly rows: readonly (readonly [id: string, markup: string])[];
}

const retryMs = 10_000;

/** Follows a run, or the answers of a playground: exchanges what changed, in place. A hidden page is not followed. */
export function watchLivePart(): void {
  const live = document.getElementById("live");
  const address = live?.dataset["events"];
  if (live === null || address === undefined) return;
  let source: EventSource | undefined;
  let last = live.dataset["from"] ?? "";
  let timer = 0;
  let isEnded = false;

  const open = (): void => {
    if (source !== undefined || isEnded || document.hidden) return;
    const url = new URL(address, location.href);
    url.searchParams.set("from", last);
    source = new EventSource(url);
    source.addEventListener("parts", (event) => {
      last = event.lastEventId;
      showLost("");
      apply(JSON.parse(event.data) as Changes);
    });
    source.addEventListener("end", (event) => {
      close();
      isEnded = true;
      if ((JSON.parse(event.data) as { readonly reload?: boolean }).reload === true) location.reload();
    });
    source.onopen = () => showLost("");
    source.onerror = () => {
      showLost(
        `Connection lost. Figures are from ${new Date().toISOString().slice(11, 19)} UTC. Reconnecting; the run itself is not affected.`,
      );
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      clearTimeout(timer);
      timer = setTimeout(open, retryMs);
    };
  };
  const close = (): void => {
    source?.close();
    source = undefined;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

function showLost(text: string): void {
  const note = document.getElementById("live-lost");
  if (note === null || note.textContent === text) return;
  note.textContent = text;
  note.classList.toggle("none", text === "");
}

function apply({ parts, rows }: Changes): void {
  for (const [id, markup] of parts) {
    const part = document.getElementById(id);
    if (part !== null) keepingFocus(part, () => part.replaceChildren(...parsed(markup)));
  }
  const body = document.getElementById("live-rows");
  if (body === null) return;
  for (const [id, markup] of rows) {
    const row = parsedRow(markup);
    const old = document.getElementById(id);
    if (row === null) continue;
    if (old === null) body.append(row);
    else old.replaceWith(row);
  }
}

/** A document of its own: nothing in it runs or loads. */
function parsed(markup: string): readonly Node[] {
  return Array.from(new DOMParser().parseFromString(markup, "text/html").body.childNodes);
}

function parsedRow(markup: string): Element | null {
  const table = new DOMParser().parseFromString(`<table><tbody>${markup}</tbody></table>`, "text/html");
  return table.querySelector("tr");
}

/** The link or summary with the keyboard's focus has it again afterwards. */
function keepingFocus(part: Element, change: () => void): void {
  const focused = document.activeElement;
  const all = () => Array.from(part.querySelectorAll<HTMLElement>("a, button, summary, [tabindex]"));
  const at = focused !== null && part.contains(focused) ? all().indexOf(focused as HTMLElement) : -1;
  change();
  if (at !== -1) all()[at]?.focus({ preventScroll: true });
}
