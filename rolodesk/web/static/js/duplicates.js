// The queue of duplicates: the card that the keys are for, swapping who is kept, what is new, and what is no longer here.

import { words } from "./notice.js";

const queue = () => document.getElementById("queue");
const cards = () => [...document.querySelectorAll("#queue .group")];
const now = () => document.getElementById("queue-now");
const state = () => ({ ids: now().dataset.ids.trim().split(" ").filter(Boolean), total: +now().dataset.total });

let known = state();
let place = 0;

/** Which part's button asked what is under way. */
const asked = new Map();

mark(cards()[+(sessionStorage.getItem("queue-place") ?? 0)] ?? cards().at(-1));
sessionStorage.removeItem("queue-place");

/** The keys are for one card: that with the focus, or the one that was moved to. */
function mark(card, focus = false) {
  for (const one of cards()) one.classList.toggle("at", one === card);
  if (!card) return;
  place = cards().indexOf(card);
  if (focus) card.focus({ preventScroll: true });
  if (focus) card.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", ({ target }) => {
  const card = target.closest?.("#queue .group");
  if (card) mark(card);
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-swap]")) return;
  const picks = [...target.closest(".group").querySelectorAll("[name=winner]")];
  const next = picks[(picks.findIndex((one) => one.checked) + 1) % picks.length];
  next.checked = true;
  next.dispatchEvent(new Event("change", { bubbles: true }));
});

// Back from merging, the queue goes on where it was.
document.addEventListener("submit", ({ target }) => {
  if (target.closest?.("#queue") && target.method === "get") sessionStorage.setItem("queue-place", String(place));
});

/** The answer to a press of a button, or to its being taken back, is what is known now; the focus goes on to the next card. */
document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
  const part = target.closest?.("#pill, #queue, #flash, #undone");
  if (part) asked.set(detail.xhr, part.id);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => asked.delete(detail.xhr));
// Told once for each part that an answer brings: the first time all of them are in place.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const part = asked.get(detail.xhr);
  if (!part) return;
  asked.delete(detail.xhr);
  const isDecided = part !== "pill";
  const before = new Set(known.ids);
  const back = state().ids.find((id) => !before.has(id) && state().total > known.total);
  known = state();
  const pill = document.getElementById("pill");
  pill.hidden = true;
  if (isDecided) keep();
  const shown = cards();
  if (!shown.length && !queue().querySelector(".empty")) return void pill.click();
  number();
  mark(document.getElementById(`g-${back}`) ?? shown[Math.min(place, shown.length - 1)], true);
});

// Settling gives what was swapped the classes that it came with.
document.addEventListener("htmx:afterSettle", () => mark(cards()[place]));

/** What a notice could take back stays within reach of the key when the notice is gone. */
function keep() {
  const form = document.querySelector("#flash [data-undo]");
  if (!form) return void document.querySelector("[data-undone]:last-child")?.remove();
  const kept = form.cloneNode(true);
  kept.removeAttribute("data-undo");
  kept.dataset.undone = "";
  document.getElementById("undone").append(kept);
  htmx.process(kept);
}

function number() {
  const first = +now().dataset.first;
  const say = new Intl.NumberFormat(document.documentElement.lang);
  cards().forEach((card, at) => {
    const text = words.nth.replace("%1", say.format(first + at)).replace("%2", say.format(known.total));
    card.querySelector("[data-nth]").textContent = text;
  });
}

/** Cards never jump: what is new waits behind a pill, what is gone says so and stays where it is. */
document.addEventListener("refreshed", () => {
  const fresh = state();
  const all = cards();
  const here = all.map((card) => card.dataset.row);
  const isEnd = fresh.total < +now().dataset.first + fresh.ids.length;
  // Beyond the last card that is in both, one page's end may just have moved to the next page or come from it.
  const last = here.findLastIndex((id) => fresh.ids.includes(id));
  all.forEach((card, at) => {
    const left = !fresh.ids.includes(card.dataset.row) && (at < last || isEnd);
    card.classList.toggle("gone", left);
    card.querySelector(".passed")?.toggleAttribute("hidden", !left);
  });
  const end = last < 0 || isEnd ? fresh.ids.length : fresh.ids.indexOf(here[last]);
  const more = fresh.ids.slice(0, end).filter((id) => !here.includes(id)).length;
  const pill = document.getElementById("pill");
  pill.hidden = !more;
  pill.textContent = words.new.replace("%", String(more));
  const isLookedThrough = queue().querySelector("[data-looking]") && !document.querySelector("[data-running]");
  if (!all.length && (more || isLookedThrough)) pill.click();
});
