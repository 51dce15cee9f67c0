// The inbox: the thread stays at its end, Enter sends, typing is shown and told, what was on the screen counts as seen.

import { onPublish, send } from "./live.js";
import { notice, words } from "./notice.js";

export function startInbox() {
  if (sessionStorage.getItem("taken")) notice(words.taken);
  sessionStorage.removeItem("taken");
  const thread = document.getElementById("thread");
  if (!thread) return;
  let atEnd = true;
  const toEnd = () => thread.scrollTo({ top: thread.scrollHeight });
  toEnd();
  thread.addEventListener("scroll", () => {
    atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  });
  const after = () => {
    if (atEnd) toEnd();
    tellSeen();
  };
  document.addEventListener("refreshed", after);
  document.addEventListener("htmx:afterSettle", after);
  document.addEventListener("visibilitychange", tellSeen);
  addEventListener("resize", () => atEnd && toEnd());
  // It is somebody else's now, and nobody may read on; the list says so.
  document.addEventListener("moved", ({ detail }) => {
    if (!detail.endsWith("/inbox")) return;
    sessionStorage.setItem("taken", "yes");
    location.assign(detail + location.search);
  });
  startComposer(() => {
    atEnd = true;
  });
  startTyping();
  tellSeen();
}

function startComposer(sent) {
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form.compose");
    if (!form || event.target.tagName !== "TEXTAREA" || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (form.classList.contains("htmx-request")) form.dataset.next = "send";
      else if (event.target.value.trim()) form.requestSubmit();
    }
  });
  document.addEventListener("htmx:beforeRequest", ({ target }) => target.id === "compose" && delete target.dataset.next);
  // What was typed on while the former text was sent goes after it, if Enter was pressed.
  document.addEventListener("htmx:afterSettle", ({ detail: { requestConfig } }) => {
    const now = document.getElementById("compose");
    if (!now || requestConfig.elt.id !== "compose") return;
    const isWanted = requestConfig.elt.dataset.next || now.dataset.next;
    delete requestConfig.elt.dataset.next;
    delete now.dataset.next;
    if (isWanted && now.elements.text.value.trim()) now.requestSubmit();
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form.compose");
    if (!form || event.target.name !== "mode") return;
    const area = form.querySelector("textarea");
    area.placeholder = event.target.dataset.placeholder;
    area.focus();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.elt.matches?.("form.compose")) sent();
  });
  // Coming to a conversation is for answering it; on a phone the keyboard would hide what it says.
  if (matchMedia("(min-width: 721px)").matches) document.querySelector(".compose textarea")?.focus({ preventScroll: true });
}

function startTyping() {
  const topic = document.body.dataset.thread;
  const place = document.getElementById("typing");
  let hide = 0;
  let told = 0;
  onPublish((payload) => {
    if (payload.topic !== topic || payload.method !== "TYPING" || !place) return;
    if (payload.message?.sender === document.body.dataset.me) return;
    const { sender, senderFullname } = payload.message ?? {};
    const name = sender === place.dataset.key ? place.dataset.name : senderFullname || place.dataset.name;
    place.textContent = words.typing.replace("%", name);
    clearTimeout(hide);
    hide = setTimeout(() => (place.textContent = ""), 4000);
  });
  document.addEventListener("refreshed", () => place && (place.textContent = ""));
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form.compose");
    if (!form || form.elements.mode.value !== "reply" || Date.now() - told < 2500) return;
    told = Date.now();
    send({ action: "typing", payload: { topic } });
  });
}

let seen = "";

function tellSeen() {
  const lines = document.getElementById("lines");
  const last = lines?.dataset.last;
  if (!last || last === seen || lines.dataset.unread !== "true" || document.visibilityState !== "visible") return;
  seen = last;
  fetch(document.body.dataset.seen, {
    method: "POST",
    headers: { "X-CSRF-Token": document.querySelector("meta[name=csrf]").content },
    body: new URLSearchParams({ message: last }),
  }).then(({ ok }) => {
    if (!ok) return void (seen = "");
    document.querySelector(".talk-list [aria-current] .unread-dot")?.remove();
    document.querySelector(".talk-list .unread:has([aria-current])")?.classList.remove("unread");
  }, () => (seen = ""));
}
