// Fetches the page as it is now and takes over the parts marked data-live that differ; what is being typed stays.

import { typed } from "./keep.js";

let running = null;
let again = false;

/** What htmx has asked and has no answer to yet. */
const asked = new Set();
/** Something was asked while the page was fetched: which of the two answers is the newer one cannot be told. */
let crossed = false;
/** An answer leads to another page, which says why. */
let leaving = false;

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  asked.add(detail);
  crossed ||= running !== null;
  detail.xhr.addEventListener("loadend", () => {
    asked.delete(detail);
    leaving ||= detail.xhr.getResponseHeader("HX-Redirect") !== null;
    if (crossed && !running && !asked.size) refresh();
  });
});

export async function refresh() {
  if (running) {
    again = true;
    return running;
  }
  again = false;
  crossed = asked.size > 0;
  running = fetchAndTake().finally(() => {
    running = null;
    if (again || (crossed && !asked.size)) refresh();
  });
  return running;
}

async function fetchAndTake() {
  let answer;
  try {
    answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
  } catch {
    return;
  }
  if (leaving || (answer.redirected && crossed)) return;
  if (answer.redirected) document.dispatchEvent(new CustomEvent("moved", { detail: new URL(answer.url).pathname }));
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  // An answer has been shown meanwhile that may be newer: the page is fetched once more.
  if (crossed && !asked.size) return;
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const here = document.getElementById(part.id);
    if (here) part.dataset.live === "list" ? takeChildren(here, part) : take(here, part);
  }
  document.body.dataset.topics = fresh.body.dataset.topics ?? "";
  document.dispatchEvent(new CustomEvent("refreshed"));
}

function take(here, fresh) {
  if (same(here, fresh) || isInUse(here)) return here;
  const made = document.importNode(fresh, true);
  keepChoices(here, made);
  here.replaceWith(made);
  htmx.process(made);
  return made;
}

/** What is ticked, what is unfolded and what is typed is the reader's. */
function keepChoices(here, made) {
  for (const part of typed(here)) {
    const twin = made.querySelector(`#${CSS.escape(part.id)}`);
    if (twin) Object.assign(twin, part.type === "checkbox" ? { checked: part.checked } : { value: part.value });
  }
  for (const part of here.querySelectorAll("details[id]")) {
    const twin = made.querySelector(`#${CSS.escape(part.id)}`);
    if (twin) twin.open = part.open;
  }
}

/** Children that stand in both stay the same elements, so that a selection or the focus in them survives. */
function takeChildren(here, fresh) {
  Object.assign(here.dataset, fresh.dataset);
  const known = new Map([...here.children].map((child) => [child.id, child]));
  let place = here.firstElementChild;
  for (const child of fresh.children) {
    let one = known.get(child.id);
    if (one) {
      known.delete(child.id);
      const at = one === place;
      one = take(one, child);
      if (at) place = one;
    } else {
      one = document.importNode(child, true);
    }
    if (one === place) {
      place = place.nextElementSibling;
    } else {
      here.insertBefore(one, place);
      htmx.process(one);
    }
  }
  for (const gone of known.values()) if (!isInUse(gone)) gone.remove();
}

const same = (here, fresh) => here.outerHTML === fresh.outerHTML;

const isInUse = (part) =>
  (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) ||
  part.querySelector(".place.dirty, .place.saving, details.menu[open]") !== null ||
  // htmx would not find again what it has asked for.
  [...asked].some(({ elt, target }) => part.contains(elt) || part.contains(target));
