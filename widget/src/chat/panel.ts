// The frame: opens and closes, keeps the focus, follows a phone's keyboard, says when the server is away.

import type { Host } from "../contract";
import type { Desk } from "./desk";
import { h } from "./dom";

const FULL_SCREEN = "(max-width: 480px), (max-height: 440px)";
const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex='0']";

export class Panel {
  onescape: () => void = () => undefined;
  private readonly element: HTMLElement;
  private readonly page: HTMLElement;
  private readonly banner: HTMLElement;
  private readonly full = matchMedia(FULL_SCREEN);
  private isOpen = false;
  private unlock: (() => void) | null = null;

  constructor(
    private readonly host: Host,
    desk: Desk,
  ) {
    this.page = h("div.page");
    this.banner = h("div.banner", { role: "status" });
    this.away = desk.t.reconnecting;
    this.element = h(
      "div.panel",
      {
        role: "dialog",
        "aria-label": `${desk.t.chat} – ${desk.team}`,
        tabindex: "-1",
        lang: desk.spoken,
        hidden: true,
        onkeydown: (event: KeyboardEvent) => this.key(event),
      },
      this.banner,
      this.page,
    );
    host.root.append(this.element);
    this.full.addEventListener("change", () => this.fit());
    visualViewport?.addEventListener("resize", () => this.fit());
    visualViewport?.addEventListener("scroll", () => this.fit());
  }

  private readonly away: string;

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.element.hidden = false;
    this.fit();
  }

  close(): void {
    if (!this.isOpen) return;
    const hadFocus = this.hasFocus();
    this.isOpen = false;
    this.element.hidden = true;
    this.fit();
    if (hadFocus) this.host.launcher.focus();
  }

  show(view: HTMLElement): void {
    this.page.replaceChildren(view);
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  hasFocus(): boolean {
    const { activeElement } = this.host.shadow;
    return !!activeElement && (this.element.contains(activeElement) || activeElement === this.host.launcher);
  }

  showAway(away: boolean): void {
    this.banner.textContent = away ? this.away : "";
  }

  /** The thread that is open in this tab is open again on the site's next page. */
  remember(rid: string | null): void {
    try {
      if (rid) sessionStorage.setItem(this.memory, rid);
      else sessionStorage.removeItem(this.memory);
    } catch {
      // Storage is blocked.
    }
  }

  recall(): string | null {
    try {
      return sessionStorage.getItem(this.memory);
    } catch {
      return null;
    }
  }

  private get memory(): string {
    return `rolodesk|${this.host.base}|${this.host.project}|thread`;
  }

  private key(event: KeyboardEvent): void {
    // The page's own shortcuts must not fire while somebody writes here.
    event.stopPropagation();
    if (event.key === "Escape" && !event.defaultPrevented) {
      this.onescape();
    } else if (event.key === "Tab" && this.full.matches) {
      this.keepInside(event);
    }
  }

  /** Full-screen there is nothing beside the dialog: Tab goes round in it. */
  private keepInside(event: KeyboardEvent): void {
    const all = [...this.element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((each) => each.getClientRects().length);
    const [first, last] = [all[0], all.at(-1)];
    const { activeElement } = this.host.shadow;
    if (event.shiftKey && (activeElement === first || activeElement === this.element)) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && activeElement === last) {
      event.preventDefault();
      first?.focus();
    }
  }

  private fit(): void {
    const full = this.isOpen && this.full.matches;
    this.element.toggleAttribute("data-full", full);
    if (full) this.element.setAttribute("aria-modal", "true");
    else this.element.removeAttribute("aria-modal");
    if (full && visualViewport) {
      // The keyboard of a phone takes its room from the visual viewport, not from the layout.
      this.element.style.setProperty("--rd-height", `${visualViewport.height}px`);
      this.element.style.setProperty("--rd-top", `${visualViewport.offsetTop}px`);
    }
    if (full && !this.unlock) this.unlock = lockScroll();
    else if (!full && this.unlock) {
      this.unlock();
      this.unlock = null;
    }
  }
}

/** The page behind a full-screen panel stands still; undone by what is returned. */
function lockScroll(): () => void {
  const { style } = document.documentElement;
  const [value, priority] = [style.getPropertyValue("overflow"), style.getPropertyPriority("overflow")];
  style.setProperty("overflow", "hidden", "important");
  return () => {
    if (value) style.setProperty("overflow", value, priority);
    else style.removeProperty("overflow");
  };
}
