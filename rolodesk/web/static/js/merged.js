// When contacts are merged elsewhere: the page of a merged one goes to what it is part of, the list lets it go.

import { onPublish } from "./live.js";

export function startMerged() {
  const contact = document.body.dataset.contact;
  onPublish(({ topic, method, message }) => {
    if (topic.endsWith("/leads") && method === "DELETE") drop(message?._id);
    if (contact && topic.endsWith(`/leads/${contact}`) && message?._id && message._id !== contact) leave();
  });
  keepFocus();
  // While nobody told, the page may have been led elsewhere when it fetched itself.
  document.addEventListener("moved", ({ detail }) => contact && /\/contacts\/[0-9a-f]{24}$/.test(detail) && leave());
}

/** A value that has been taken over is no other value any more: the focus goes on to the next thing to use. */
function keepFocus() {
  let field = "";
  document.addEventListener("htmx:beforeRequest", ({ target }) => {
    field = target.matches?.("form[action$='/adopt']") ? target.closest("[id]").id : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!field || document.activeElement !== document.body) return;
    (document.querySelector(`#${CSS.escape(field)} button`) ?? document.querySelector("#other-values > summary"))?.focus();
    field = "";
  });
}

/** A banner that was answered is gone: the focus goes to the next one, or to the page. */
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "looks-like" || document.activeElement !== document.body) return;
  (document.querySelector("#looks-like a") ?? document.getElementById("main")).focus({ preventScroll: true });
});

/** Asked again, the old address leads on and says why. What is being typed stays, with a way to go. */
function leave() {
  const isTyping = [...document.querySelectorAll("main input:not([type=hidden], [type=checkbox]), main textarea")].some(
    (field) => field.value !== (field.dataset.saved ?? field.defaultValue),
  );
  if (isTyping) document.getElementById("moved").hidden = false;
  else location.reload();
}

function drop(id) {
  const row = id && document.querySelector(`#list [data-row="${CSS.escape(id)}"]`);
  if (!row) return;
  const box = row.querySelector("input[type=checkbox]:checked");
  box?.click();
  row.remove();
}
