// A small menu behind a button: arrows move, Escape closes only the menu.

import { h, icon, iconButton, type IconName } from "./dom";

export interface MenuItem {
  label: string;
  drawn: IconName;
  choose(): void;
}

export function menu(name: string, items: () => MenuItem[]): HTMLElement {
  const list = h("div.menu", { role: "menu", "aria-label": name, hidden: true });
  const button = iconButton(name, "more", () => (list.hidden ? open() : close(false)));
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  const holder = h("div.menu-holder", { onkeydown: key, onfocusout: (event: FocusEvent) => left(event) }, button, list);

  function open(): void {
    list.replaceChildren(
      ...items().map((item) =>
        h(
          "button.menu-item",
          {
            type: "button",
            role: "menuitem",
            tabindex: "-1",
            onclick: () => {
              close(true);
              item.choose();
            },
          },
          icon(item.drawn),
          item.label,
        ),
      ),
    );
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    (list.firstElementChild as HTMLElement | null)?.focus();
  }

  function close(refocus: boolean): void {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (refocus) button.focus();
  }

  function key(event: KeyboardEvent): void {
    if (list.hidden) return;
    const all = [...list.children] as HTMLElement[];
    const at = all.findIndex((item) => item.matches(":focus"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      event.preventDefault(); // The panel stays open.
      close(true);
    } else if (step) {
      event.preventDefault();
      all[(at + step + all.length) % all.length]?.focus();
    }
  }

  function left(event: FocusEvent): void {
    const to = event.relatedTarget as Node | null;
    // Safari does not focus a pressed button: then `to` is null, and the press itself decides.
    if (to ? !holder.contains(to) : !list.matches(":hover") && !button.matches(":hover")) close(false);
  }

  return holder;
}
