// The list of contacts: selection, columns, the search's marks, and the pill that tells of new ones.

import { onPublish } from "./live.js";
import { notice, words } from "./notice.js";

export function startList() {
  if (!document.getElementById("list")) return;
  startSelection();
  startColumns();
  startPill();
  mark();
  document.addEventListener("htmx:afterSwap", () => {
    mark();
    count();
  });
}

const boxes = () => [...document.querySelectorAll("#list tbody input[name=id]")];

function startSelection() {
  let before = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("#list input[type=checkbox]");
    if (!box) return;
    const all = boxes();
    if (box.matches("[data-all]")) {
      for (const one of all) one.checked = box.checked;
    } else if (event.shiftKey && before && all.includes(before)) {
      const [from, to] = [all.indexOf(before), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    before = box;
    count();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-clear]")) return;
    for (const one of boxes()) one.checked = false;
    count();
  });
  document.addEventListener("click", (event) => {
    const merge = event.target.closest?.("#selection [data-merge][aria-disabled=true]");
    if (!merge) return;
    event.preventDefault();
    notice(merge.dataset.why);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.target.matches("input:not([type=checkbox])")) {
      for (const one of boxes()) one.checked = false;
      count();
    }
  });
}

function count() {
  const all = boxes();
  const chosen = all.filter((one) => one.checked).length;
  const bar = document.getElementById("selection");
  bar?.classList.toggle("on", chosen > 0);
  const label = document.getElementById("selected");
  if (label && chosen) label.textContent = words.selected.replace("%", String(chosen));
  const merge = bar?.querySelector("[data-merge]");
  if (merge) {
    const refused = chosen < 2 || chosen > 10;
    merge.ariaDisabled = String(refused);
    merge.title = refused ? merge.dataset.why : "";
  }
  const whole = document.querySelector("#list [data-all]");
  if (whole) {
    whole.checked = chosen > 0 && chosen === all.length;
    whole.indeterminate = chosen > 0 && chosen < all.length;
  }
}

function startColumns() {
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-column]")) return;
    const hidden = [...document.querySelectorAll("[data-column]:not(:checked)")].map((box) => box.dataset.column);
    document.cookie = `columns=${hidden.join(".")}; path=/; max-age=31536000; samesite=lax`;
    document.getElementById("table").dataset.hidden = hidden.join(" ");
  });
}

/** Rows never jump: what is new waits behind a pill. */
function startPill() {
  const fresh = new Set();
  /** What was told of before the list was asked for is in the answer, or not for this list. */
  const told = new WeakMap();
  const show = () => {
    const pill = document.getElementById("pill");
    if (!pill) return;
    pill.hidden = !fresh.size;
    pill.textContent = (fresh.size === 1 ? words.oneNew : words.manyNew).replace("%", String(fresh.size));
  };
  onPublish(({ topic, method, message }) => {
    if (!topic.endsWith("/leads") || method !== "CREATE" || Array.isArray(message) || !message?._id) return;
    if (document.querySelector(`[data-row="${CSS.escape(message._id)}"]`)) return;
    fresh.add(message._id);
    show();
  });
  document.addEventListener("htmx:beforeRequest", ({ detail: { xhr, target } }) => {
    if (target.id === "list") told.set(xhr, [...fresh]);
  });
  document.addEventListener("htmx:afterSwap", ({ detail: { xhr } }) => {
    for (const id of told.get(xhr) ?? []) fresh.delete(id);
    for (const id of fresh) if (document.querySelector(`[data-row="${CSS.escape(id)}"]`)) fresh.delete(id);
    show();
  });
}

/** Marks what the search has matched, wherever it is shown. */
function mark() {
  const wanted = document.querySelector("#search")?.value.trim().toLowerCase();
  if (!wanted || wanted.length < 2) return;
  for (const cell of document.querySelectorAll("#list [data-mark]")) {
    const text = cell.textContent;
    const at = text.toLowerCase().indexOf(wanted);
    if (at < 0) continue;
    const hit = document.createElement("mark");
    hit.textContent = text.slice(at, at + wanted.length);
    cell.replaceChildren(text.slice(0, at), hit, text.slice(at + wanted.length));
  }
}
