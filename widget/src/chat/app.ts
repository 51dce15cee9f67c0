// Which view is shown, and what the loader may ask for.

import type { Chat, Host, Message } from "../contract";
import css from "./chat.css";
import { Desk, type Draft } from "./desk";
import { FormView } from "./form";
import { HomeView, ListView } from "./home";
import { Panel } from "./panel";
import { ThreadView } from "./thread";

/** A page of the panel. */
export interface View {
  readonly element: HTMLElement;
  render(): void;
  /** Puts the focus where the visitor will want it. */
  focus?(): void;
  leave?(): void;
  /** Like leave, but nothing is kept: the visitor is not the same any more. */
  discard?(): void;
}

/** Where a view can send the visitor. */
export interface Navigation {
  home(): void;
  list(): void;
  thread(rid: string): void;
  create(): void;
  /** The form is answered. */
  begin(draft: Draft): void;
  close(): void;
}

export class App implements Chat {
  private readonly desk: Desk;
  private readonly panel: Panel;
  private readonly go: Navigation;
  private view: View | null = null;
  private isOpen = false;
  private signingIn: Promise<unknown> = Promise.resolve();

  constructor(private readonly host: Host) {
    this.desk = new Desk(host);
    host.addSheet(css);
    this.panel = new Panel(host, this.desk);
    this.go = {
      home: () => this.show(new HomeView(this.desk, this.go)),
      list: () => this.show(new ListView(this.desk, this.go)),
      thread: (rid) => this.thread(rid),
      create: () => void this.create(),
      begin: (draft) => this.begin(draft),
      close: () => host.close(),
    };
    this.panel.onescape = () => host.close();
    this.desk.screen = {
      changed: () => this.view?.render(),
      typing: (rid, sender, name) => this.inThread(rid)?.showTyping(sender, name),
      news: (messages) => this.hear(messages),
      isRead: (rid) => !!this.inThread(rid)?.isRead,
      away: (away) => this.panel.showAway(away),
      visitorChanged: (refused) => void this.restart(refused),
    };
    // Messages that came while the page was in the background are seen when it comes to the front.
    document.addEventListener("visibilitychange", () => this.view?.render());
    void this.desk.resume();
  }

  open(byVisitor: boolean): void {
    this.isOpen = true;
    this.panel.open();
    this.desk.live.attend(true);
    if (!this.view) {
      const rid = this.panel.recall();
      if (rid && this.desk.sessions.current) this.thread(rid);
      else this.go.home();
    } else if (this.view instanceof ThreadView) {
      this.view.opened();
    }
    if (byVisitor) this.focus();
    this.host.emit("open", {});
    if (byVisitor) void this.welcome();
  }

  close(): void {
    this.isOpen = false;
    this.panel.close();
    this.desk.live.attend(false);
    this.host.emit("close", {});
  }

  signIn(token: string): Promise<void> {
    const done = this.desk.signIn(token).then(() => undefined);
    this.signingIn = done;
    return done;
  }

  signOut(): Promise<void> {
    return this.desk.signOut();
  }

  /** The first opening makes the visitor; a sign-in that is under way goes first. */
  private async welcome(): Promise<void> {
    await this.signingIn;
    await this.desk.ensure().catch(() => undefined);
    this.view?.render();
  }

  private show(view: View): void {
    const hadFocus = this.panel.hasFocus();
    this.view?.leave?.();
    this.view = view;
    const rid = view instanceof ThreadView ? view.rid : null;
    this.panel.show(view.element);
    this.panel.remember(rid);
    void this.desk.live.watch(rid);
    view.render();
    if (this.isOpen && hadFocus) this.focus();
  }

  private focus(): void {
    if (this.view?.focus) this.view.focus();
    else this.panel.focus();
  }

  private thread(rid: string, draft?: Draft): void {
    this.show(new ThreadView(this.desk, this.go, rid, () => this.isOpen, draft));
  }

  /** A new conversation: what the form still asks, then the thread. */
  private async create(): Promise<void> {
    if (this.desk.blocked) return this.go.home();
    const draft = this.desk.readDraft("new") ?? this.desk.newDraft();
    if (draft.answers) this.begin(draft);
    else {
      await this.signingIn;
      this.show(new FormView(this.desk, this.go, draft));
    }
  }

  private begin(draft: Draft): void {
    if (this.desk.isNew(draft.rid)) this.thread(draft.rid, draft);
    else this.thread(draft.rid);
  }

  private hear(messages: Message[]): void {
    for (const message of messages) this.inThread(message.recipient)?.hear(message);
  }

  private inThread(rid: string): ThreadView | null {
    return this.view instanceof ThreadView && this.view.rid === rid ? this.view : null;
  }

  /** Another visitor, or nobody: nothing of the former one's views is kept. */
  private async restart(refused: boolean): Promise<void> {
    const { view } = this;
    if (!view) return;
    this.view = null;
    view.discard?.();
    if (!this.isOpen) return;
    if (!refused) {
      if (this.desk.sessions.current) this.go.home();
      else this.host.close();
      return;
    }
    // The server has forgotten the visitor. A new one begins, and what was not sent waits for it to be sent again.
    if (view instanceof ThreadView && view.text) this.desk.keepForNew([view.text]);
    this.go.home();
    await this.desk.ensure().catch(() => undefined);
    if (this.desk.readDraft("new")?.text) this.go.create();
  }
}
