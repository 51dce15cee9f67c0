// The keyboard: / search, J and K move, X select, Enter open, E edit, N note, M merge, C new, G then I, C or D go, ? help;
// on duplicates D not the same, S keep the other one; U undo.

const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export function startKeys() {
  let going = false;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && event.target.matches?.("input[type=search], .composer textarea")) event.target.blur();
    if (event.target.matches?.(typing) || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const done = going ? go(key) : press(key, event);
    going = !going && key === "g";
    if (done) event.preventDefault();
  });
}

function go(key) {
  return click(`[data-go="${key}"]`);
}

function press(key, event) {
  switch (key) {
    case "/": return focus("input[type=search]");
    case "?": return click("[data-dialog=help]");
    case "j": case "ArrowDown": return (key === "j" || at()) && move(1);
    case "k": case "ArrowUp": return (key === "k" || at()) && move(-1);
    case "x": return toggle();
    case "Enter": return event.target === document.body && click(".at a[data-open]");
    case "e": return focus("[data-edit-first]") || focus(".place [data-saved]");
    case "n": return click("[data-mode=note]") || focus("[data-note]") ;
    case "r": return click("[data-mode=reply]");
    case "m": return clickShown(".at [data-merge]") || clickShown("[data-merge]");
    case "d": return clickShown(".at [data-apart]");
    case "s": return clickShown(".at [data-swap]") || clickShown("[data-swap]");
    case "u": return click("#flash [data-undo] button") || click("[data-undone]:last-child button");
    case "c": return click("[data-new]");
    default: return false;
  }
}

const rows = () => [...document.querySelectorAll("[data-row]")];
const at = () => document.querySelector("[data-row].at");

/** To the next row or the one before; in the inbox that opens it when Enter is pressed. */
function move(step) {
  const all = rows();
  if (!all.length) return false;
  const here = all.indexOf(at() ?? all.find((row) => row.querySelector("[aria-current]")));
  const next = all[Math.min(all.length - 1, Math.max(0, here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step))];
  for (const row of all) row.classList.toggle("at", row === next);
  (next.querySelector("a[data-open]") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function toggle() {
  const box = at()?.querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

function focus(selector) {
  const found = [...document.querySelectorAll(selector)].find((one) => one.offsetParent);
  found?.focus();
  found?.select?.();
  return Boolean(found);
}

function clickShown(selector) {
  const found = [...document.querySelectorAll(selector)].find((one) => one.offsetParent);
  found?.click();
  return Boolean(found);
}

function click(selector) {
  const found = document.querySelector(selector);
  found?.click();
  return Boolean(found);
}
