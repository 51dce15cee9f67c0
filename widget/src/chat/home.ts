// The first view, and the list of all conversations.

import type { Navigation, View } from "./app";
import { avatar } from "./avatar";
import { nameOf, type Conversation } from "./conversations";
import type { Desk } from "./desk";
import { h, icon, iconButton, KeyedList, setText } from "./dom";
import { header } from "./header";
import { safeUrl } from "./linkify";
import { plainText } from "./message";
import { fill } from "./strings";

const SHOWN = 3;

export class HomeView implements View {
  readonly element: HTMLElement;
  private readonly rows: Rows;
  private readonly card: HTMLElement;
  private readonly skeleton: HTMLElement;
  private readonly all: HTMLElement;
  private readonly create: HTMLElement;
  private readonly label: HTMLElement;
  private readonly barred: HTMLElement;

  constructor(
    private readonly desk: Desk,
    go: Navigation,
  ) {
    const { t } = desk;
    this.rows = new Rows(desk, go);
    this.all = h("button.link", { type: "button", onclick: () => go.list() }, t.showAll);
    this.card = h("section.card", { "aria-label": t.recent }, h("h3.card-title", null, t.recent), this.rows.element, this.all);
    this.skeleton = h("div.card.skeleton", { "aria-label": t.loading, role: "status" }, ghost(), ghost());
    this.label = h("span.create-label");
    this.create = h(
      "button.create",
      { type: "button", onclick: () => go.create() },
      h("span.create-text", null, this.label, h("span.create-hint", null, t.startHint)),
      icon("forward"),
    );
    this.barred = h("p.card.barred", { hidden: true, role: "status", dir: "auto" }, t.blocked);
    this.element = h("div.home", null, this.hero(go), h("div.home-body", null, this.barred, this.skeleton, this.card, this.create));
  }

  render(): void {
    const { conversations, sessions, t } = this.desk;
    const list = this.desk.listed();
    const waiting = !!sessions.current && !conversations.loaded;
    this.skeleton.hidden = !waiting || !!list.length;
    this.card.hidden = !list.length;
    this.all.hidden = list.length <= SHOWN;
    this.rows.show(list.slice(0, SHOWN));
    setText(this.label, list.length ? t.newConversation : t.sendUsMessage);
    this.create.hidden = this.desk.blocked || (waiting && !list.length);
    this.barred.hidden = !this.desk.blocked;
    if (this.desk.blocked) this.skeleton.hidden = true;
  }

  private hero(go: Navigation): HTMLElement {
    const { desk } = this;
    const { t } = desk;
    const settings = desk.host.info.project.widget ?? {};
    const source = safeUrl(settings.logoChat, `${desk.host.base}/`);
    const logo = source ? h("img.logo", { src: source, alt: desk.team }) : h("span.team", { dir: "auto" }, desk.team);
    // A page's CSP may refuse the picture: then the name.
    logo.addEventListener("error", () => logo.replaceWith(h("span.team", { dir: "auto" }, desk.team)));
    const people = desk.host.info.user_available ?? [];
    const faces = people.map(nameOf).filter(Boolean).slice(0, 3);
    return h(
      "header.hero",
      null,
      h("div.hero-top", null, logo, iconButton(t.close, "close", () => go.close())),
      h("h2.hero-title", { dir: "auto" }, desk.text(settings.wellcomeTitle) || t.hello),
      h("p.hero-text", { dir: "auto" }, desk.text(settings.wellcomeMsg) || t.help),
      h(
        "p.presence",
        null,
        faces.length ? h("span.faces", null, ...faces.map(avatar)) : null,
        h(people.length ? "span.dot.on" : "span.dot"),
        people.length ? t.online : t.away,
      ),
    );
  }
}

export class ListView implements View {
  readonly element: HTMLElement;
  private readonly rows: Rows;
  private readonly foot: HTMLElement;

  constructor(
    private readonly desk: Desk,
    go: Navigation,
  ) {
    const { t } = desk;
    this.rows = new Rows(desk, go);
    this.foot = h("div.foot", null, h("button.primary", { type: "button", onclick: () => go.create() }, icon("plus"), t.newConversation));
    this.element = h(
      "div.view",
      null,
      header(desk, go, () => go.home(), t.recent),
      h("div.list-body", null, this.rows.element),
      this.foot,
    );
  }

  render(): void {
    this.rows.show(this.desk.listed());
    this.foot.hidden = this.desk.blocked;
  }

  focus(): void {
    this.element.querySelector<HTMLElement>(".bar-title")?.focus({ preventScroll: true });
  }
}

/** Rows of conversations: who, what last, when, unread, closed. */
class Rows {
  readonly element = h("ul.rows");
  private readonly list: KeyedList<Conversation>;

  constructor(
    private readonly desk: Desk,
    private readonly go: Navigation,
  ) {
    this.list = new KeyedList(
      this.element,
      ({ rid }) => rid,
      ({ rid }) => h("li", null, h("button.row", { type: "button", onclick: () => this.go.thread(rid) })),
      (node, conversation) => this.update(node.firstElementChild as HTMLElement, conversation),
    );
  }

  show(conversations: readonly Conversation[]): void {
    this.list.show(conversations);
  }

  private update(row: HTMLElement, conversation: Conversation): void {
    const { desk } = this;
    const { t } = desk;
    const { last, closed, unread } = conversation;
    const name = desk.counterpart(conversation).join(", ") || desk.team;
    const unsent = desk.outbox.of(conversation.rid).at(-1);
    const own = !!unsent || (!!last && desk.isOwn(conversation.rid, last));
    const said = unsent?.text ?? (last ? plainText(last, t) : conversation.firstText);
    const when = new Date(unsent?.at ?? (last ? Date.parse(last.createdAt) : conversation.updated));
    const signature = [name, said, own, closed, unread, desk.dates.short(when)].join("\u0000");
    if (row.dataset["signature"] === signature) return;
    row.dataset["signature"] = signature;
    row.classList.toggle("is-unread", unread > 0);
    row.replaceChildren(
      avatar(name),
      h(
        "span.row-text",
        null,
        h(
          "span.row-line",
          null,
          h("span.row-name", { dir: "auto" }, name),
          h("time.row-time", { datetime: when.toISOString(), title: desk.dates.exact(when) }, desk.dates.short(when)),
        ),
        h(
          "span.row-line",
          null,
          h("span.row-said", { dir: "auto" }, own ? `${t.you}: ${said}` : said),
          closed && !unread ? h("span.chip", null, t.closed) : null,
          unread ? h("span.count", { "aria-label": fill(t.unread, { n: unread }) }, unread > 99 ? "99+" : String(unread)) : null,
        ),
      ),
    );
  }
}

function ghost(): HTMLElement {
  return h("div.ghost", null, h("span.ghost-face"), h("span.ghost-lines", null, h("span"), h("span")));
}
