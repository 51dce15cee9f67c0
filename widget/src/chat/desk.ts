// What every view works with: who the visitor is, its conversations, and what it can do.

import type { Host, Message } from "../contract";
import { inLanguage } from "../language";
import { Vault } from "../vault";
import { Api, Refused } from "./api";
import { blank, Conversations, nameOf, type Conversation } from "./conversations";
import { Dates, localeOfDates } from "./dates";
import { Live } from "./live";
import { asEntry, Outbox, type Sent, type Unsent } from "./outbox";
import { Sessions, type Cause, type Session } from "./session";
import { strings } from "./strings";
import type { Entry } from "./timeline";
import { asAttributes, type Answers, type FormField } from "./validation";

/** A conversation that has no message yet. */
export interface Draft {
  rid: string;
  text: string;
  answers?: Answers;
}

interface Screen {
  changed(): void;
  typing(rid: string, sender: string, name: string): void;
  news(messages: Message[]): void;
  away(away: boolean): void;
  /** The end of that thread is before the visitor's eyes. */
  isRead(rid: string): boolean;
  /** The visitor has become another one, or nobody. */
  visitorChanged(refused: boolean): void;
}

export class Desk {
  readonly t = strings;
  readonly dates: Dates;
  /** The language of the strings: the wanted one if there is a table for it. */
  readonly spoken: string;
  readonly sessions: Sessions;
  readonly conversations: Conversations;
  readonly outbox: Outbox;
  readonly live: Live;
  screen: Screen | null = null;
  /** The project keeps out who holds the token, or whom the site has just tried to sign in. */
  private kept = { token: false, user: false };
  private readonly vault: Vault;
  private readonly api: Api;
  private announced = false;
  private readonly seeing = new Map<string, ReturnType<typeof setTimeout>>();
  private loading: Promise<void> | null = null;

  constructor(readonly host: Host) {
    this.spoken = host.lang === strings.language ? host.locale : strings.language;
    this.dates = new Dates(localeOfDates(this.spoken, navigator.languages));
    this.vault = new Vault(host.base, host.project);
    this.api = new Api(host.base);
    this.sessions = new Sessions(this.vault, this.api, host.project, (now, before, cause) => this.become(now, before, cause));
    this.conversations = new Conversations({
      isMine: (sender) => this.sessions.isMine(sender),
      isRead: (rid) => !!this.screen?.isRead(rid),
      changed: () => this.changed(),
    });
    this.outbox = new Outbox(this.vault, this.api, host.project, {
      visitor: () => this.sessions.current?.id,
      changed: () => this.changed(),
      delivered: (message, unsent) => this.delivered(message, unsent),
      elsewhere: () => void this.live.sync(),
    });
    this.live = new Live(host, this.api, this.sessions, this.conversations, {
      news: (messages) => {
        for (const message of messages) host.emit("message", { message });
        this.screen?.news(messages);
      },
      typing: (rid, sender, name) => this.screen?.typing(rid, sender, name),
      away: (away) => {
        if (!away) this.outbox.retryAll();
        this.screen?.away(away);
      },
    });
    this.api.voided = (token) => this.sessions.forget(token);
    this.api.blocked = (blocked) => this.keepOut({ token: blocked });
    addEventListener("online", () => this.outbox.retryAll());
    this.vault.watch((name) => {
      if (name === "seen") this.conversations.seenByVisitor(this.vault.read<string>("seen") ?? "");
    });
  }

  /** The name of the team: what the project calls itself. */
  get team(): string {
    return this.host.info.project.name;
  }

  text(labels: unknown): string {
    return inLanguage(labels, this.host.locale);
  }

  /** A visitor who was here before goes on where it was. Nobody is signed in by this. */
  async resume(): Promise<void> {
    if (!this.sessions.current) return;
    await this.sessions.refresh().catch(() => undefined);
    await this.live.sync();
    void this.outbox.flush();
  }

  /** The visitor, signed in anonymously if it is nobody yet. */
  async ensure(): Promise<Session> {
    if (this.blocked && !this.sessions.current) throw new Refused(401, "", true);
    const session = await this.sessions.ensure();
    if (!this.conversations.loaded) {
      // A visitor that was made a moment ago has no conversations to ask for.
      if (Date.now() - session.since < 5000 && session.kind === "anonymous") this.conversations.loaded = true;
      // All wait for one answer, so that what is written meanwhile goes out in its order.
      else await (this.loading ??= this.live.sync().finally(() => (this.loading = null)));
    }
    return session;
  }

  signIn(token: string): Promise<unknown> {
    this.kept.user = false;
    return this.sessions.signIn(token).catch((error: unknown) => {
      // Else who is kept out would go on as somebody else, in the same chat.
      if (error instanceof Refused && error.blocked) this.keepOut({ user: true });
      console.warn("Rolodesk: sign-in was refused.", error);
    });
  }

  signOut(): Promise<void> {
    this.kept.user = false;
    return this.sessions.signOut();
  }

  // --- Conversations ---------------------------------------------------------------------------------------------

  /** What the form still asks of this visitor. */
  async form(): Promise<FormField[]> {
    await this.ensure();
    const { fields } = await this.api.call<{ fields?: FormField[] }>("GET", `/${this.host.project}/widgets/form`);
    return Array.isArray(fields) ? fields : [];
  }

  newDraft(): Draft {
    const digits = crypto.getRandomValues(new Uint8Array(16));
    const hex = [...digits].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return { rid: `support-group-${this.host.project}-${hex}`, text: "" };
  }

  readDraft(key: string): Draft | null {
    return this.vault.read<Draft>(`draft|${key}`);
  }

  writeDraft(key: string, draft: Draft | null): void {
    if (draft && (draft.text || draft.answers)) this.vault.write(`draft|${key}`, draft);
    else this.vault.remove(`draft|${key}`);
  }

  isNew(rid: string): boolean {
    return !this.conversations.get(rid) && !this.outbox.of(rid).length;
  }

  /** Its first message is on the way. */
  isOpening(rid: string): boolean {
    return this.outbox.of(rid).some((item) => item.opening);
  }

  /** The conversations, newest first; also those whose first message is not yet sent. */
  listed(): Conversation[] {
    const unsent = this.outbox.conversations.filter((rid) => !this.conversations.get(rid));
    return [...unsent.reverse().map((rid) => blank(rid)), ...this.conversations.list()];
  }

  async post(rid: string, text: string, answers?: Answers): Promise<void> {
    const opening = this.isNew(rid) ? this.opening(answers) : undefined;
    const session = await this.ensure();
    this.outbox.add({
      client_id: this.newDraft().rid.slice(-32),
      rid,
      by: session.id,
      text,
      at: Date.now(),
      state: "sending",
      ...(opening && { opening }),
    });
  }

  /** Everything of the thread, what is not yet sent at its end. */
  entries(rid: string): Entry[] {
    const stored = this.conversations.get(rid)?.messages ?? [];
    const known = new Set(stored.map((message) => message.client_id));
    const unsent = this.outbox.of(rid).filter((item) => !known.has(item.client_id));
    return [...stored, ...unsent.map(asEntry)];
  }

  isOwn(rid: string, message: Message): boolean {
    return this.conversations.isOwn(this.conversations.get(rid), message);
  }

  /** The visitor has the thread before its eyes. Several messages at once are one call. */
  markSeen(rid: string): void {
    if (!this.conversations.seenByVisitor(rid)) return;
    this.vault.write("seen", rid);
    this.vault.remove("seen"); // Only the other tabs' storage event is wanted.
    clearTimeout(this.seeing.get(rid));
    const soon = setTimeout(() => {
      this.seeing.delete(rid);
      const message = this.conversations.get(rid)?.messages.at(-1)?._id;
      this.api
        .call("PUT", `/${this.host.project}/requests/${encodeURIComponent(rid)}/seen`, { body: { message } })
        .catch(() => undefined);
    }, 200);
    this.seeing.set(rid, soon);
  }

  async end(rid: string): Promise<void> {
    const request = await this.api.call<object>("PUT", `/${this.host.project}/requests/${encodeURIComponent(rid)}/closeg`, {
      body: {},
    });
    this.conversations.takeRequests([{ status: 1000, ...request, request_id: rid }]);
  }

  async rate(rid: string, rating: number, comment: string): Promise<void> {
    await this.api.call("PATCH", `/${this.host.project}/requests/${encodeURIComponent(rid)}/rating`, {
      body: { rating, rating_message: comment },
    });
    this.conversations.takeRequests([{ request_id: rid, rating }]);
  }

  /** Who answers in a conversation: its agents, else who wrote last, else the team. */
  counterpart(conversation: Conversation | undefined): string[] {
    const names = (conversation?.agents ?? []).map(nameOf).filter(Boolean);
    if (names.length) return names;
    const known = [...(conversation?.messages ?? []), conversation?.last].reverse();
    const writer = known.find((message) => message && message.sender !== "system" && !this.conversations.isOwn(conversation, message));
    return writer?.senderFullname ? [writer.senderFullname] : [];
  }

  /** The project keeps this visitor out: it is told that it can no longer write. */
  get blocked(): boolean {
    return this.kept.token || this.kept.user;
  }

  private keepOut(kept: Partial<Desk["kept"]>): void {
    const before = this.blocked;
    Object.assign(this.kept, kept);
    if (before !== this.blocked) this.changed();
  }

  // --- What happens ----------------------------------------------------------------------------------------------

  private opening(answers: Answers | undefined): Unsent["opening"] {
    const attributes = { ...this.host.attributes, ...(answers && asAttributes(answers)) };
    return {
      ...(Object.keys(attributes).length && { attributes }),
      sourcePage: location.href,
      language: this.host.locale,
      userAgent: navigator.userAgent,
    };
  }

  private delivered(sent: Sent, unsent: Unsent): void {
    const { request, ...message } = sent;
    const isFirst = !!unsent.opening;
    this.conversations.takeMessages([{ ...message, recipient: unsent.rid, client_id: unsent.client_id }], false);
    const conversation = this.conversations.get(unsent.rid);
    if (isFirst && conversation) conversation.whole = true;
    this.conversations.takeRequests([{ status: 200, ...request, request_id: unsent.rid }]);
    if (isFirst) this.host.emit("conversation", { request_id: unsent.rid });
    this.live.created(unsent.rid);
    this.host.emit("message", { message });
  }

  private become(now: Session | null, before: Session | null, cause: Cause): void {
    // What another tab has done to the shared storage is not done again.
    if (before && cause !== "elsewhere") {
      if (now?.kind === "user" && before.kind === "anonymous") this.outbox.handOver(before.id, now.id);
      else this.rescue(this.outbox.take(before.id), cause === "refused");
      if (!now) this.vault.remove("unread");
    }
    this.live.reset();
    this.conversations.clear();
    this.kept.token = false;
    if (before && (!now || before.kind === "user")) this.host.emit("signout", {});
    if (now) {
      this.host.emit("signin", { user: { _id: now.id, anonymous: now.kind === "anonymous" } });
      if (now.kind === "user" || before) void this.resume();
    }
    // Nobody's views show nothing of anybody, and whoever has begun to ask for a conversation goes on.
    if (before) this.screen?.visitorChanged(cause === "refused");
    this.changed();
  }

  /** Who signs out leaves nothing behind; who is forgotten by the server keeps its words, for a new conversation. */
  private rescue(unsent: Unsent[], keep: boolean): void {
    if (!keep) {
      for (const name of this.vault.names("draft|")) this.vault.remove(name);
    } else {
      this.keepForNew(unsent.map((item) => item.text));
    }
  }

  /** Texts for the next conversation's first message. */
  keepForNew(texts: string[]): void {
    if (!texts.length) return;
    const draft = this.readDraft("new") ?? this.newDraft();
    this.writeDraft("new", { ...draft, text: [draft.text, ...texts].filter(Boolean).join("\n\n") });
  }

  /** Many changes in one turn are one new picture. */
  changed(): void {
    if (this.announced) return;
    this.announced = true;
    queueMicrotask(() => {
      this.announced = false;
      const { unread, size, loaded } = this.conversations;
      if (loaded) {
        // Kept for the next page: its launcher knows at once that there is something to hear.
        if (size && this.sessions.current && this.vault.read<number>("unread") !== unread) this.vault.write("unread", unread);
      }
      if (loaded || !this.sessions.current) this.host.setUnread(unread);
      // A site's own user may begin to talk in another browser at any time.
      if (size || this.sessions.current?.kind === "user") this.live.start();
      this.screen?.changed();
    });
  }
}
