/**
 * The script of the report, in plain JavaScript for browsers: search, sort, copy, export. The page is whole without
 * it. It reads texts as text only, and runs under a policy that names its digest.
 */
export const reportScript = `
(() => {
  "use strict";
  const root = document.documentElement;
  // The page of a server has a script of its own, which copies.
  const isAlone = !root.classList.contains("js");
  root.classList.add("js");
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));

  const copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages opened from a disk have no clipboard in some browsers.
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "vh";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const before = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = before; }, 1500);
  };
  for (const button of isAlone ? all("[data-copy]") : []) {
    button.addEventListener("click", () => copy(document.getElementById(button.dataset.copy).textContent, button));
  }

  const isShown = (row) => row.getClientRects().length > 0;

  const setUp = (filter) => {
    const prefix = filter.dataset.rows;
    const table = filter.querySelector("table");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const status = filter.querySelector("[data-status]");
    const search = filter.querySelector("[data-search]");
    const radios = all("input[type=radio]", filter);
    const texts = new Map();
    const textOf = (row) => {
      if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
      return texts.get(row);
    };

    const update = () => {
      const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const kind = radios.find((radio) => radio.checked).className.slice(2);
      let shown = 0;
      for (const row of rows) {
        const misses = words.some((word) => !textOf(row).includes(word));
        row.classList.toggle("miss", misses);
        if (!misses && (kind === "all" || row.classList.contains("k-" + kind))) shown++;
      }
      filter.classList.toggle("nothing", shown === 0);
      status.textContent = "Showing " + shown.toLocaleString("en-US") + " of " + rows.length.toLocaleString("en-US") + " rows";
    };
    let timer = 0;
    search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(update, 120); });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && search.value !== "") { search.value = ""; update(); event.preventDefault(); }
    });
    for (const radio of radios) radio.addEventListener("change", update);

    // A link to a row that a filter hides shows all rows.
    const reveal = () => {
      const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (row === null || !rows.includes(row) || isShown(row)) return;
      radios[0].checked = true;
      search.value = "";
      update();
      row.scrollIntoView({ block: "center" });
    };
    addEventListener("hashchange", reveal);

    const heads = Array.from(table.tHead.rows[0].cells);
    const keyOf = (cell) => {
      const given = cell.dataset.s;
      if (given !== undefined) return [Number(given), cell.textContent];
      const text = cell.textContent;
      return cell.classList.contains("num") ? [Number(text), ""] : [0, text];
    };
    const first = new Map(rows.map((row, at) => [row, at]));
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const isDescending = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
        const sign = isDescending ? -1 : 1;
        const isDefault = column === heads.length - 1;
        const keys = new Map(rows.map((row) => [row, keyOf(row.cells[column])]));
        const compare = (one, other) => {
          const [a, b] = [keys.get(one), keys.get(other)];
          if (isDefault) return sign * (first.get(one) - first.get(other));
          return sign * (a[0] - b[0] || a[1].localeCompare(b[1], "en", { numeric: true })) || first.get(one) - first.get(other);
        };
        body.append(...[...rows].sort(compare));
      });
    });

    const data = () => JSON.parse(document.getElementById(prefix + "data").textContent);
    // The rows that are shown, in their order on the page; rows that the page left out count as hidden by a filter.
    const shownData = () => {
      const { optimization, rows: records } = data();
      const byNumber = new Map(records.map((record) => [record.row, record]));
      const isFiltered = search.value !== "" || !radios[0].checked;
      const ordered = Array.from(body.rows).filter(isShown).map((row) => byNumber.get(Number(row.cells[0].textContent)));
      const listed = new Set(ordered);
      return { optimization, rows: isFiltered ? ordered : [...ordered, ...records.filter((record) => !listed.has(record))] };
    };
    const exports = {
      json: ({ optimization, rows }) => [JSON.stringify({ optimization, rows }, null, 2) + "\\n", "application/json"],
      csv: ({ rows }) => [table2d(rows).map((cells) => cells.map(csvCell).join(",")).join("\\r\\n") + "\\r\\n", "text/csv"],
    };
    for (const button of all("[data-export='" + prefix + "'] [data-as]")) {
      button.addEventListener("click", () => {
        const chosen = shownData();
        if (button.dataset.as === "copy") {
          copy(table2d(chosen.rows).map((cells) => cells.map(tsvCell).join("\\t")).join("\\n"), button);
          return;
        }
        const [text, type] = exports[button.dataset.as](chosen);
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }));
        link.download = fileName(chosen.optimization) + "-rows." + button.dataset.as;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      });
    }
    update();
    reveal();
  };

  const fileName = (name) => name.replace(/[^\\w.-]+/g, "-").slice(0, 80) || "report";
  const textOfValue = (value) => value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const sides = ["base", "optimized", "source"];
  const fields = ["output", "score", "feedback", "error"];
  const table2d = (rows) => {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row.inputs)))];
    const used = sides.filter((side) => rows.some((row) => row[side] !== undefined));
    const head = ["row", "example", "change", ...names.map((name) => "inputs." + name), "expected", ...used.flatMap((side) => fields.map((field) => side + "_" + field))];
    const lines = rows.map((row) => [row.row, row.example, row.change, ...names.map((name) => row.inputs[name]), row.expected, ...used.flatMap((side) => fields.map((field) => row[side]?.[field]))].map(textOfValue));
    return [head, ...lines];
  };
  // A spreadsheet would read such a cell as a formula.
  const formula = /^(?:[\\s\\uFEFF]*[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20]|[\\t\\r\\n])/;
  const safe = (text) => formula.test(text) && !/^-?\\d+(?:\\.\\d+)?$/.test(text) ? "'" + text : text;
  const csvCell = (text) => /[",\\r\\n]/.test(safe(text)) ? '"' + safe(text).replaceAll('"', '""') + '"' : safe(text);
  const tsvCell = (text) => safe(text).replace(/[\\t\\r\\n]+/g, " ");

  for (const filter of all("[data-rows]")) setUp(filter);
})();
`;
