// What every page of the team does: saving in place, notices, menus, shortcuts, copying. No page needs it to be used.

import { startKeeping } from "./keep.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startInbox } from "./inbox.js";
import { startList } from "./list.js";
import { startMerged } from "./merged.js";
import { startPreview } from "./preview.js";
import { startTabs } from "./tabs.js";
import { notice, words } from "./notice.js";

const root = document.documentElement;
root.classList.add("js");
rememberZone();
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf]")?.content ?? "";
  // A notice is for the page that is on its way, not for a part of this one that is fetched meanwhile.
  if (event.detail.verb === "get") event.detail.headers["X-Refresh"] = "1";
});
document.addEventListener("htmx:responseError", (event) => notice(reason(event.detail.xhr), "bad"));
document.addEventListener("htmx:sendError", () => notice(words.offline, "bad"));
document.addEventListener("htmx:timeout", () => notice(words.offline, "bad"));
for (const [name, on] of [["htmx:beforeRequest", true], ["htmx:afterRequest", false]]) {
  document.addEventListener(name, () => document.getElementById("progress")?.classList.toggle("on", on));
}
startKeeping();
startPlaces();
startMenus();
startCopying();
startDialogs();
startParts();
startAutoSubmit();
startKeys();
startList();
startInbox();
startPreview();
startMerged();
startTabs();
startLive();
dropOldNotices();
document.addEventListener("htmx:afterSwap", dropOldNotices);

/** A time tells its full date when it is pointed at. */
document.addEventListener("mouseover", ({ target }) => {
  const time = target.closest?.("time[datetime]:not([title])");
  if (!time) return;
  const full = new Intl.DateTimeFormat(root.lang, { dateStyle: "full", timeStyle: "medium" });
  time.title = full.format(new Date(time.dateTime));
});

/** The server writes times as they are here. */
function rememberZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const kept = document.cookie.split("; ").find((part) => part.startsWith("tz="));
  if (zone && kept !== `tz=${encodeURIComponent(zone)}`) {
    document.cookie = `tz=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
  }
}

/** What an answer says went wrong. */
function reason(xhr) {
  try {
    return JSON.parse(xhr.responseText).msg || words.failed;
  } catch {
    return xhr.status === 401 ? words.signedOut : words.failed;
  }
}

/** Fields edited in place: Enter saves, leaving saves, Escape takes back; a refused text stays with the reason. */
function startPlaces() {
  const input = (form) => form.querySelector("[data-saved]");
  const isDirty = (field) => field.value !== field.dataset.saved;
  const place = (event) => event.target.closest?.("form.place");

  document.addEventListener("input", (event) => {
    const form = place(event);
    if (form) form.classList.toggle("dirty", isDirty(input(form)));
  });
  document.addEventListener("keydown", (event) => {
    const form = place(event);
    if (!form || event.isComposing) return;
    if (event.key === "Enter" && !(event.target.tagName === "TEXTAREA" && event.shiftKey)) {
      event.preventDefault();
      save(form, true);
    }
    if (event.key === "Escape") {
      event.target.value = event.target.dataset.saved;
      form.classList.remove("dirty");
      event.target.blur();
    }
  });
  document.addEventListener("focusout", (event) => {
    const form = place(event);
    if (form && event.target.isConnected) save(form);
  });
  document.addEventListener("change", (event) => {
    const form = place(event);
    if (form && event.target.tagName === "SELECT") save(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig.elt;
    if (!form.matches("form.place")) return;
    form.classList.remove("saving");
    if (form.isConnected) goOn(form, form);
  });
  // Until then the new form has the classes of the former one.
  document.addEventListener("htmx:afterSettle", ({ detail: { requestConfig, xhr } }) => {
    const form = requestConfig.elt;
    const now = form.matches("form.place") && document.getElementById(form.id);
    if (!now || now === form) return;
    const isTaken = xhr.status < 400;
    now.classList.toggle("saved", isTaken);
    now.classList.toggle("dirty", isDirty(input(now)));
    if (!isTaken) now.dataset.sent = form.dataset.sent;
    goOn(form, now);
  });

  /** It was to be saved once more before the answer was there. */
  function goOn(form, now) {
    const isWanted = form.dataset.next || now.dataset.next;
    delete form.dataset.next;
    delete now.dataset.next;
    if (isWanted) save(now);
  }

  /** What is on its way or was refused is not sent again by itself: an answer that draws the field anew leaves it too. */
  function save(form, isAsked = false) {
    const field = input(form);
    const isSent = field.value === form.dataset.sent;
    if (form.classList.contains("saving")) {
      if (!isSent) form.dataset.next = "save";
      return;
    }
    if (!isDirty(field) || (isSent && !isAsked)) return;
    form.classList.add("saving");
    form.dataset.sent = field.value;
    htmx.trigger(form, "save");
  }
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form.place")) {
      event.preventDefault();
      save(event.target, true);
    }
  });
}

/** Menus close by Escape, by a click elsewhere, and when another opens. */
function startMenus() {
  const openOnes = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of openOnes()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openOnes()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

function startCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    await copy((source ? (source.value ?? source.textContent) : button.dataset.copy).trim());
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https there is no clipboard; the old way still works.
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  notice(words.copied);
}

function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-close]") || event.target.matches("dialog")) event.target.closest("dialog")?.close();
    const toggler = event.target.closest("[data-toggle]");
    if (toggler) {
      const target = document.getElementById(toggler.dataset.toggle);
      const open = target?.classList.toggle("open");
      toggler.setAttribute("aria-expanded", String(Boolean(open)));
      if (open) target.querySelector("a, button, input")?.focus();
    }
  });
}

/** On a phone the parts of a page are tabs. */
function startParts() {
  const narrow = matchMedia("(max-width: 720px)");
  const whole = document.querySelector("[data-parts]");
  if (!whole) return;
  const show = (name) => {
    whole.dataset.part = name;
    for (const tab of document.querySelectorAll(".parts a")) {
      tab.getAttribute("href") === `#${name}` ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current");
    }
  };
  const partOf = (hash) => document.getElementById(hash.slice(1))?.closest("[data-parts] > [id]")?.id;
  if (narrow.matches) show(partOf(location.hash) ?? "card");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const part = link && partOf(link.hash);
    if (!part) return;
    // The tab of a part only opens it; a link to a place in it goes on to that place.
    if (link.matches(".parts a")) event.preventDefault();
    if (narrow.matches) show(part);
  });
}

function startAutoSubmit() {
  const sent = new Set();
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !confirm(question)) event.preventDefault();
  }, true);
  // What is on its way is not sent twice, however often it is clicked; htmx sees to its own.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), 10_000);
  });
  addEventListener("pageshow", () => sent.clear());
}

function dropOldNotices() {
  for (const shown of document.querySelectorAll(".notice:not([data-timed])")) {
    shown.dataset.timed = "";
    setTimeout(() => shown.matches(":hover, :focus-within") || shown.remove(), shown.querySelector("button") ? 12000 : 6000);
  }
}
