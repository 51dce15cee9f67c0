// Keeps the conversations true: the socket, polling where there is none, and whether the server can be reached at all.

import type { Host, Message, Request } from "../contract";
import { Refused, type Api } from "./api";
import type { Conversations } from "./conversations";
import type { Sessions } from "./session";
import { Socket, type Publish } from "./socket";
import { resumeAfter } from "./timeline";

interface Handlers {
  news(messages: Message[]): void;
  typing(rid: string, sender: string, name: string): void;
  /** Shown after some seconds without the server, taken back when it is there again. */
  away(away: boolean): void;
}

const BANNER_AFTER = 3000;
const DROP_HIDDEN_AFTER = 5 * 60_000;

export class Live {
  private readonly socket: Socket;
  private readonly topics: { requests: string; messages: string };
  private running = false;
  /** The panel is open: polling is quick, and a hidden page keeps its socket. */
  private attended = false;
  private watched: string | null = null;
  private everLive = false;
  private deaf = false;
  private isAway = false;
  private poll: ReturnType<typeof setTimeout> | undefined;
  private banner: ReturnType<typeof setTimeout> | undefined;
  private asleep: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly api: Api,
    private readonly sessions: Sessions,
    private readonly conversations: Conversations,
    private readonly handlers: Handlers,
  ) {
    this.topics = { requests: `/${host.project}/requests`, messages: `/${host.project}/messages` };
    this.socket = new Socket(`${host.base.replace(/^http/, "ws")}/ws`, host.project, {
      token: () => sessions.current?.token ?? null,
      publish: (publish) => this.hear(publish),
      live: (live) => this.socketChanged(live),
      // Over HTTP it turns out whether the token is void (401) or only the socket is out of order.
      refused: () => void this.sync(),
      denied: (topic) => {
        if (topic === this.topics.requests || topic === this.topics.messages) this.deaf = true;
      },
    });
    api.reached = (ok) => this.setContact(ok);
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.setContact(false));
    document.addEventListener("visibilitychange", () => this.visibilityChanged());
  }

  /** To be called when there is a session and something to hear. */
  start(): void {
    if (this.running || !this.sessions.current) return;
    this.running = true;
    this.deaf = false;
    this.everLive = false;
    this.socket.subscribe(this.topics.requests);
    this.socket.subscribe(this.topics.messages);
    this.visibilityChanged();
    this.schedule(3000);
  }

  /** The visitor is gone or another. */
  reset(): void {
    this.running = false;
    this.watched = null;
    clearTimeout(this.poll);
    this.socket.reset();
    this.setContact(true);
  }

  attend(attended: boolean): void {
    this.attended = attended;
    this.visibilityChanged();
    if (attended && this.running && !this.hearing) this.schedule(500);
  }

  /** The thread on the screen: its messages are fetched, its typing and seen marks heard. */
  async watch(rid: string | null): Promise<void> {
    const before = this.watched;
    this.watched = rid;
    if (before && before !== rid) this.socket.unsubscribe(this.topicOf(before));
    if (!rid || !this.conversations.get(rid)) return;
    this.socket.subscribe(this.topicOf(rid));
    await this.fetchThread(rid);
  }

  /** The first message of a conversation is stored: now it can be heard. */
  created(rid: string): void {
    if (this.deaf) {
      const watched = this.watched;
      this.reset();
      this.watched = watched;
    }
    this.start();
    if (this.watched === rid) this.socket.subscribe(this.topicOf(rid));
  }

  typing(rid: string): void {
    this.socket.send("typing", { topic: this.topicOf(rid) });
  }

  /** Fetches what may have been missed. Never throws. */
  async sync(): Promise<void> {
    const session = this.sessions.current;
    if (!session) return;
    const { turn } = this.conversations;
    try {
      const { requests } = await this.api.call<{ requests: Request[] }>(
        "GET",
        `/${this.host.project}/requests/me?status=all&sort=updatedAt&limit=40`,
      );
      if (this.sessions.current?.id !== session.id) return;
      this.conversations.loaded = true;
      this.conversations.takeRequests(requests ?? [], turn);
      if (this.watched && this.conversations.get(this.watched)) await this.fetchThread(this.watched);
    } catch {
      // Not reached: the poll or the socket comes back to it.
    }
  }

  private async fetchThread(rid: string): Promise<void> {
    const conversation = this.conversations.get(rid);
    if (!conversation) return;
    const after = conversation.whole ? resumeAfter(conversation.messages) : undefined;
    const query = after ? `?after=${encodeURIComponent(after)}` : "";
    try {
      const messages = await this.api.call<Message[]>(
        "GET",
        `/${this.host.project}/requests/${encodeURIComponent(rid)}/messages${query}`,
      );
      if (this.conversations.get(rid) !== conversation) return;
      const wasWhole = conversation.whole;
      const news = wasWhole ? this.conversations.takeMessages(messages, false) : [];
      if (!wasWhole) this.conversations.takeThread(rid, messages);
      if (news.length) this.handlers.news(news);
    } catch (error) {
      // A conversation that is gone (erased) shows empty; one that was not reached is fetched by the next poll.
      if (!(error instanceof Refused)) this.schedule(2000);
      else if (this.conversations.get(rid) === conversation) this.conversations.takeThread(rid, []);
    }
  }

  private hear({ topic, method, message, snapshot }: Publish): void {
    if (topic === this.topics.messages) {
      const messages = (snapshot ? message : [message]) as Message[];
      const strange = messages.some(({ recipient, sender }) => !this.conversations.get(recipient) && !this.sessions.isMine(sender));
      const news = this.conversations.takeMessages(messages, !snapshot);
      if (news.length) this.handlers.news(news);
      if (strange || snapshot) void this.sync();
      return;
    }
    if (method === "TYPING" || method === "SEEN") {
      const { reader, sender = "", senderFullname = "", message: id } = message as Record<string, string | undefined>;
      const rid = topic.split("/").at(-1)!;
      if (method === "TYPING") {
        if (!this.sessions.isMine(sender)) this.handlers.typing(rid, sender, senderFullname);
      } else if (id && reader === "agent") {
        this.conversations.seenByTeam(rid, id);
      } else if (reader === "visitor") {
        this.conversations.seenByVisitor(rid); // In another tab or browser of this visitor.
      }
      return;
    }
    this.conversations.hearRequests((snapshot ? message : [message]) as Request[]);
  }

  private get hearing(): boolean {
    return this.socket.live && !this.deaf;
  }

  private socketChanged(live: boolean): void {
    if (live) {
      this.setContact(true);
      // What changed between the first fetch and the sign-in is in neither.
      if (!this.everLive) void this.sync();
      this.everLive = true;
    } else if (this.running) {
      this.schedule(1000);
    }
  }

  private setContact(contact: boolean): void {
    if (contact) {
      clearTimeout(this.banner);
      this.banner = undefined;
      if (this.isAway) {
        this.isAway = false;
        this.handlers.away(false);
      }
    } else if (this.banner === undefined) {
      this.banner = setTimeout(() => {
        this.isAway = true;
        this.handlers.away(true);
      }, BANNER_AFTER);
      if (this.running) this.schedule(1500);
    }
  }

  private schedule(wait = this.attended ? 5000 + Math.random() * 4000 : 30_000 + Math.random() * 15_000): void {
    clearTimeout(this.poll);
    this.poll = setTimeout(() => {
      if (!this.running || (this.hearing && this.banner === undefined)) return;
      if (document.visibilityState === "hidden" && !this.attended) return;
      void this.sync().then(() => {
        if (!this.hearing || this.banner !== undefined) this.schedule();
      });
    }, wait);
  }

  private wake(): void {
    if (!this.running) return;
    this.socket.nudge();
    this.schedule(300);
  }

  /** A hidden page whose panel is closed shows its badge to nobody: after a while it gives its connection back. */
  private visibilityChanged(): void {
    clearTimeout(this.asleep);
    if (!this.running) return;
    if (document.visibilityState === "visible" || this.attended) {
      this.socket.start();
      this.socket.nudge();
      if (!this.hearing) this.schedule(this.everLive ? 1500 : 3000);
    } else {
      this.asleep = setTimeout(() => this.socket.stop(), DROP_HIDDEN_AFTER);
    }
  }

  private topicOf(rid: string): string {
    return `/${this.host.project}/requests/${rid}`;
  }
}
