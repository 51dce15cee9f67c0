// The bar on top of every view but home.

import type { Navigation } from "./app";
import type { Desk } from "./desk";
import { h, iconButton } from "./dom";

export function header(desk: Desk, go: Navigation, back: () => void, title: Node | string, ...tools: Node[]): HTMLElement {
  return h(
    "header.bar",
    null,
    iconButton(desk.t.back, "back", back),
    typeof title === "string" ? h("h2.bar-title", { tabindex: "-1", dir: "auto" }, title) : title,
    ...tools,
    iconButton(desk.t.close, "close", () => go.close()),
  );
}
