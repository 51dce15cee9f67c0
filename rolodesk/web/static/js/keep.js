// What is typed or ticked while an answer is under way stays, though the answer draws its field anew.

const fields = (part = document) =>
  [...part.querySelectorAll(":is(input:not([type=hidden], [type=radio]), textarea)[id]")];

const stands = (field) => (field.type === "checkbox" ? field.checked : field.value);

const isChanged = (field) =>
  stands(field) !== (field.type === "checkbox" ? field.defaultChecked : (field.dataset.saved ?? field.defaultValue));

/** The fields of a part in which something stands that is not yet sent. */
export const typed = (part) => fields(part).filter(isChanged);

export function startKeeping() {
  const before = new WeakMap();
  const selected = new WeakMap();
  const picked = new WeakMap();
  const kept = new WeakMap();
  document.addEventListener("htmx:beforeRequest", ({ detail: { xhr } }) => {
    before.set(xhr, new Map(fields().map((field) => [field, stands(field)])));
  });
  document.addEventListener("htmx:beforeSwap", ({ detail: { xhr, requestConfig } }) => {
    const sent = before.get(xhr);
    const asking = requestConfig.elt.form ?? requestConfig.elt;
    // What the form has sent is the server's to show, as long as nobody has typed on.
    const isTyped = (field) =>
      asking.contains(field)
        ? sent.has(field) && stands(field) !== sent.get(field)
        : !field.closest(".saving") && isChanged(field);
    const { selectionStart: start, selectionEnd: end } = document.activeElement;
    if (start < end) selected.set(xhr, { field: document.activeElement, start, end });
    picked.set(xhr, [...document.querySelectorAll("[type=radio]:checked")].filter((radio) => !radio.defaultChecked));
    kept.set(xhr, fields().filter(isTyped).map((field) => [field, asking.contains(field) ? sent.get(field) : ""]));
  });
  // Told once for each part that an answer brings: the first time all of them are in place.
  document.addEventListener("htmx:afterSwap", ({ detail: { xhr } }) => {
    for (const [field, sent] of kept.get(xhr) ?? []) {
      const twin = document.getElementById(field.id);
      if (field.isConnected || !twin) continue;
      // So that it hears what follows.
      htmx.process(twin);
      // A field that comes back empty has been taken: only what was typed after it is new.
      if (field.type === "checkbox") twin.checked = field.checked;
      else twin.value = !twin.value && field.value.startsWith(sent) ? field.value.slice(sent.length) : field.value;
      twin.dispatchEvent(new Event("input", { bubbles: true }));
    }
    kept.delete(xhr);
    for (const { isConnected, name, value } of picked.get(xhr) ?? []) {
      const group = [...document.querySelectorAll(`[type=radio][name="${CSS.escape(name)}"]`)];
      const twin = group.find((radio) => radio.value === value);
      // What an answer has picked itself is newer.
      if (!isConnected && twin && !group.some((radio) => radio.checked)) twin.checked = true;
    }
    picked.delete(xhr);
    // htmx forgets what is selected from the first letter on.
    const { field, start, end } = selected.get(xhr) ?? {};
    if (field && !field.isConnected && document.activeElement.id === field.id) {
      document.activeElement.setSelectionRange(start, end);
      selected.delete(xhr);
    }
  });
  // htmx makes new forms its own a moment later only, and a key may be faster.
  document.addEventListener("htmx:afterSwap", ({ target }) => htmx.process(target));
}
