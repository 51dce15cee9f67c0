// Fetches the page as it is now and takes over the parts marked data-live that differ; what is being typed stays.

let running = null;
let again = false;

export async function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = fetchAndTake().finally(() => {
    running = null;
    if (again) {
      again = false;
      refresh();
    }
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
  if (answer.redirected) document.dispatchEvent(new CustomEvent("moved", { detail: new URL(answer.url).pathname }));
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
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

/** What is ticked and what is unfolded is the reader's. */
function keepChoices(here, made) {
  for (const name of ["checked", "open"]) {
    for (const part of here.querySelectorAll(name === "open" ? "details[id]" : "input[type=checkbox][id]")) {
      const twin = made.querySelector(`#${CSS.escape(part.id)}`);
      if (twin) twin[name] = part[name];
    }
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
  part.querySelector(".place.dirty, .place.saving, details.menu[open]") !== null;
