// Initials on a quiet colour of their own: nobody has a photograph here.

import { h } from "./dom";

export function avatar(name: string): HTMLElement {
  const element = h("span.avatar", { "aria-hidden": "true" }, initials(name));
  element.style.setProperty("--rd-hue", String(hue(name)));
  return element;
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toLocaleUpperCase() || "?";
}

function hue(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 360;
  return sum;
}
