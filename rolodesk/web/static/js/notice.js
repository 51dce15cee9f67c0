// Short notices in the page's live region, and the texts that scripts say, given by the page in its language.

export const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

export function notice(text, kind = "") {
  const place = document.getElementById("notices");
  if (!place) return;
  const shown = document.createElement("div");
  shown.className = `notice ${kind}`;
  shown.dataset.timed = "";
  shown.textContent = text;
  place.append(shown);
  setTimeout(() => shown.remove(), kind === "bad" ? 9000 : 4000);
}
