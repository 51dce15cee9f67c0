// One conversation: its messages, who is typing, the composer, and what comes after its end.

import type { Message } from "../contract";
import type { Navigation, View } from "./app";
import { avatar } from "./avatar";
import { Composer } from "./composer";
import type { Desk, Draft } from "./desk";
import { h, icon, KeyedList, setText } from "./dom";
import { header } from "./header";
import { menu } from "./menu";
import { content, noteText } from "./message";
import { Rating } from "./rating";
import { fill } from "./strings";
import { isEmojiOnly, lay, type Entry, type Row } from "./timeline";

const PAGE = 80;
const TYPING_LASTS = 6000;
const NEAR = 80;
/** Status numbers of messages that others have read, as the reference counts them. */
const SEEN_STATUS = 300;

export class ThreadView implements View {
  readonly element: HTMLElement;
  private readonly title = h("span.who-name", { dir: "auto" });
  private readonly detail = h("span.who-detail", { dir: "auto" });
  private readonly face = h("span.who-face");
  private readonly scroller: HTMLElement;
  private readonly log: HTMLElement;
  private readonly earlier: HTMLButtonElement;
  private readonly typing: HTMLElement;
  private readonly typingName = h("span.unseen");
  private readonly empty: HTMLElement;
  private readonly loading: HTMLElement;
  private readonly ended: HTMLElement;
  private readonly barred: HTMLElement;
  private readonly pill: HTMLButtonElement;
  private readonly rating: Rating;
  private readonly composer: Composer;
  private readonly list: KeyedList<Row>;
  private shown = PAGE;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private draftTimer: ReturnType<typeof setTimeout> | undefined;
  private wasFilled = false;
  private answers: Draft["answers"];

  constructor(
    private readonly desk: Desk,
    private readonly go: Navigation,
    readonly rid: string,
    /** Whether anybody sees this: then what comes is seen. */
    private readonly isOpen: () => boolean,
    draft?: Draft,
  ) {
    const { t } = desk;
    this.answers = draft?.answers;
    const who = h("div.who", { tabindex: "-1" }, this.face, h("span.who-text", null, h("h2.who-line", null, this.title), this.detail));
    const bar = header(desk, go, () => go.home(), who, menu(t.menu, () => this.menuItems()));
    this.log = h("div.log", { role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": t.messages, tabindex: "0" });
    this.earlier = h("button.link.earlier", { type: "button", onclick: () => this.showEarlier() }, t.earlier);
    this.typing = h("div.typing", { hidden: true }, h("span.typing-face"), h("span.dots", null, h("i"), h("i"), h("i")), this.typingName);
    this.empty = h("p.hint", { dir: "auto" }, t.startHint);
    this.loading = h("div.spinner", { role: "status", "aria-label": t.loading });
    this.rating = new Rating(desk, rid, () => this.toBottom());
    this.ended = h(
      "div.ended",
      { hidden: true },
      h("span", null, t.ended),
      h("button.link", { type: "button", onclick: () => go.create() }, t.newConversation),
    );
    this.barred = h("div.ended.barred", { hidden: true, role: "status" }, h("span", { dir: "auto" }, t.blocked));
    this.scroller = h(
      "div.scroll",
      { onscroll: () => this.scrolled() },
      this.earlier,
      this.empty,
      this.loading,
      this.log,
      this.typing,
      this.rating.element,
    );
    this.pill = h("button.pill", { type: "button", hidden: true, onclick: () => this.toBottom(true) }, icon("down"), t.newMessages);
    this.composer = new Composer(t, {
      send: (text) => this.send(text),
      changed: (text) => this.keepDraft(text),
      typing: () => desk.conversations.get(rid) && desk.live.typing(rid),
    });
    this.element = h("div.view.thread", null, bar, h("div.stage", null, this.scroller, this.pill), this.ended, this.barred, this.composer.element);
    this.list = new KeyedList(this.log, (row) => row.key, (row) => this.make(row), (node, row) => this.update(node, row));
    this.composer.text = draft?.text ?? desk.readDraft(rid)?.text ?? "";
    // Growing composer, keyboard, late pictures: whoever is at the end stays there.
    new ResizeObserver(() => this.stick && this.toBottom()).observe(this.scroller);
    new ResizeObserver(() => this.stick && this.toBottom()).observe(this.log);
  }

  get text(): string {
    return this.composer.text;
  }

  render(): void {
    const { desk, rid } = this;
    const { t } = desk;
    const conversation = desk.conversations.get(rid);
    const names = desk.counterpart(conversation);
    const name = names.join(", ") || desk.team;
    setText(this.title, name);
    setText(this.detail, names.length ? desk.team : desk.host.info.user_available?.length ? t.online : t.away);
    if (this.face.dataset["name"] !== name) {
      this.face.dataset["name"] = name;
      this.face.replaceChildren(...(names.length ? names.slice(0, 2) : [name]).map(avatar));
    }

    const waiting = !!conversation && !conversation.whole && !desk.isOpening(rid);
    // Until the thread is there whole, its last few messages alone would jump.
    const entries = waiting ? [] : desk.entries(rid).filter((entry) => entry.sender !== "system" || noteText(entry, t));
    const rows = lay(entries.slice(-this.shown), (entry) => desk.isOwn(rid, entry));
    this.loading.hidden = !waiting;
    this.empty.hidden = waiting || entries.length > 0 || desk.blocked;
    this.earlier.hidden = entries.length <= this.shown;
    this.lastOwn = rows.findLast((row) => row.kind === "bubble" && row.own)?.key ?? "";
    this.answered = isAnswered(rows);
    // What was written before is not read out; what comes from now on is.
    const first = !this.wasFilled && rows.length > 0;
    if (first) this.log.setAttribute("aria-live", "off");
    this.list.show(rows);
    if (first) {
      this.wasFilled = true;
      setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
    }

    // What the team has sent of its own accord is not over: it waits for the visitor's first word.
    const closed = !!conversation?.closed && (waiting || entries.some((entry) => desk.isOwn(rid, entry)));
    this.ended.hidden = !closed || desk.blocked;
    this.barred.hidden = !desk.blocked;
    this.composer.element.hidden = desk.blocked;
    this.composer.hint = closed ? t.reopenHint : t.write;
    this.rating.show(closed && !waiting && !desk.blocked, conversation?.rating ?? 0);
    if (this.stick) this.toBottom();
    this.see();
  }

  focus(): void {
    this.composer.refresh();
    this.toBottom();
    // On a phone the keyboard comes when the visitor touches the field, not before.
    if (matchMedia("(pointer: coarse)").matches) this.element.querySelector<HTMLElement>(".who")?.focus({ preventScroll: true });
    else this.composer.input.focus({ preventScroll: true });
  }

  /** The panel has been opened again. */
  opened(): void {
    this.composer.refresh();
    this.toBottom();
    this.see();
  }

  leave(): void {
    this.discard();
    this.saveDraft(this.composer.text);
  }

  discard(): void {
    clearTimeout(this.typingTimer);
    clearTimeout(this.draftTimer);
  }

  /** A message of the team has come. */
  hear(message: Message): void {
    if (message.sender === this.typing.dataset["sender"]) this.typing.hidden = true;
    if (!this.stick) this.pill.hidden = false;
  }

  showTyping(sender: string, name: string): void {
    const { t } = this.desk;
    this.typing.dataset["sender"] = sender;
    setText(this.typingName, name ? fill(t.typing, { name }) : t.someoneTyping);
    this.typing.querySelector(".typing-face")!.replaceChildren(avatar(name || this.desk.team));
    this.typing.hidden = false;
    if (this.stick) this.toBottom();
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => (this.typing.hidden = true), TYPING_LASTS);
  }

  // --- Writing ---------------------------------------------------------------------------------------------------

  private send(text: string): void {
    const { desk, rid } = this;
    this.stick = true;
    this.shown = Math.max(this.shown, PAGE);
    if (desk.isNew(rid)) desk.writeDraft("new", null);
    void desk.post(rid, text, this.answers).catch(() => {
      // Nobody could be signed in: the text goes back where it was.
      if (!this.composer.text) this.composer.text = text;
    });
  }

  private keepDraft(text: string): void {
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => this.saveDraft(text), 300);
  }

  private saveDraft(text: string): void {
    clearTimeout(this.draftTimer);
    const { desk, rid } = this;
    if (desk.isNew(rid)) desk.writeDraft("new", { rid, text, ...(this.answers && { answers: this.answers }) });
    else desk.writeDraft(rid, { rid, text });
  }

  private menuItems(): ReturnType<Parameters<typeof menu>[1]> {
    const { t } = this.desk;
    const conversation = this.desk.conversations.get(this.rid);
    const items: ReturnType<Parameters<typeof menu>[1]> = [{ label: t.newConversation, drawn: "plus", choose: () => this.go.create() }];
    if (this.desk.blocked) return [];
    if (conversation && !conversation.closed) {
      items.push({ label: t.endConversation, drawn: "archive", choose: () => void this.end() });
    }
    return items;
  }

  private async end(): Promise<void> {
    try {
      await this.desk.end(this.rid);
      this.toBottom();
    } catch {
      // The conversation stays open, and looks it.
    }
  }

  // --- Scrolling and seeing --------------------------------------------------------------------------------------

  private stick = true;
  private lastOwn = "";
  private answered = false;

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.stick = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.stick) this.pill.hidden = true;
    this.see();
  }

  private toBottom(smooth = false): void {
    this.stick = true;
    this.pill.hidden = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "auto" });
  }

  private showEarlier(): void {
    const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.shown += PAGE;
    this.stick = false;
    this.log.setAttribute("aria-live", "off");
    this.render();
    this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd;
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
  }

  /** The end of the thread is before the visitor's eyes. */
  get isRead(): boolean {
    return this.isOpen() && this.stick && this.wasFilled && document.visibilityState === "visible";
  }

  private see(): void {
    if (this.isRead) this.desk.markSeen(this.rid);
  }

  // --- Rows ------------------------------------------------------------------------------------------------------

  private make(row: Row): HTMLElement {
    const { desk } = this;
    if (row.kind === "day") {
      return h("div.day", { role: "separator" }, h("span", null, desk.dates.day(row.date)));
    }
    if (row.kind === "note") return h("div.note", { dir: "auto" }, noteText(row.entry, desk.t) ?? "");
    const { entry, own } = row;
    const name = entry.senderFullname || desk.team;
    const when = new Date(entry.createdAt);
    const node = h(
      "div.message",
      null,
      h("span.unseen", null, own ? desk.t.youSaid : fill(desk.t.said, { name })),
      own ? null : h("span.sender", { "aria-hidden": "true", dir: "auto" }, name),
      h("div.line-up", null, own ? null : avatar(name), h("div.bubble", null, content(entry, desk.host.base, desk.t))),
      h("div.meta", null, h("time", { datetime: entry.createdAt, title: desk.dates.exact(when) }, desk.dates.time(when)), h("span.state")),
    );
    node.classList.add(own ? "own" : "theirs");
    if (entry.type !== "image" && entry.type !== "file" && isEmojiOnly(entry.text ?? "")) node.classList.add("emoji");
    if (entry.type === "image") node.classList.add("is-picture");
    return node;
  }

  private update(node: HTMLElement, row: Row): void {
    if (row.kind !== "bubble") return;
    const { entry, own, first, last } = row;
    node.classList.toggle("first", first);
    node.classList.toggle("last", last);
    node.classList.toggle("sending", entry.state === "sending");
    node.classList.toggle("failed", entry.state === "failed");
    if (!own) return;
    const state = this.stateOf(entry, row.key);
    if (node.dataset["state"] === state) return;
    node.dataset["state"] = state;
    node.querySelector(".state")!.replaceChildren(...this.stateNodes(entry, state));
  }

  private stateOf(entry: Entry, key: string): string {
    if (entry.state) return entry.state;
    // The mark stands under the last own message only, and not once it has been answered.
    if (key !== this.lastOwn || this.answered) return "";
    const seen = this.desk.conversations.get(this.rid)?.seenByTeam;
    return (seen && seen >= entry._id) || (entry.status ?? 0) >= SEEN_STATUS ? "seen" : "sent";
  }

  private stateNodes(entry: Entry, state: string): (Node | string)[] {
    const { desk } = this;
    const { t } = desk;
    if (state === "sending") return [t.sending];
    if (state === "sent" || state === "seen") return [h("span.mark", null, icon("check"), state === "seen" ? icon("check") : null), t[state]];
    if (state === "failed") {
      const id = entry.client_id ?? "";
      return [
        h("span.bad", { role: "alert" }, t.notSent),
        h("button.link", { type: "button", onclick: () => desk.outbox.retry(id) }, t.retry),
        h("button.link", { type: "button", onclick: () => desk.outbox.remove(id) }, t.remove),
      ];
    }
    return [];
  }
}

function isAnswered(rows: Row[]): boolean {
  const last = rows.findLast((row) => row.kind === "bubble");
  return last?.kind === "bubble" && !last.own;
}

