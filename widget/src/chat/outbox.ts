// Messages that the server has not acknowledged. They survive a reload; the client_id makes sending twice harmless.

import type { Message, Request } from "../contract";
import type { Vault } from "../vault";
import { type Api, Refused } from "./api";
import type { Entry } from "./timeline";

export interface Unsent {
  client_id: string;
  rid: string;
  /** The visitor's id: another visitor of this browser must not send it. */
  by: string;
  text: string;
  at: number;
  state: "sending" | "failed";
  /** What travels with the first message of a conversation. */
  opening?: { attributes?: Record<string, unknown>; sourcePage: string; language: string; userAgent: string };
}

export type Sent = Message & { request?: Request };

interface Hooks {
  visitor(): string | undefined;
  changed(): void;
  delivered(message: Sent, unsent: Unsent): void;
  /** Another tab has sent or added something. */
  elsewhere(): void;
}

/** Pauses before the tries after the first; then the message is shown as failed and waits for a hand or the network. */
const PAUSES = [1500, 4000];

export class Outbox {
  private items: Unsent[] = [];
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private flushing: Promise<void> | null = null;

  constructor(
    private readonly vault: Vault,
    private readonly api: Api,
    private readonly project: string,
    private readonly hooks: Hooks,
  ) {
    this.reload();
    vault.watch((name) => {
      if (!name.startsWith("unsent|")) return;
      this.reload();
      hooks.changed();
      hooks.elsewhere();
    });
  }

  of(rid: string): Unsent[] {
    const by = this.hooks.visitor();
    return this.items.filter((item) => item.rid === rid && item.by === by);
  }

  get conversations(): string[] {
    const by = this.hooks.visitor();
    return [...new Set(this.items.filter((item) => item.by === by).map((item) => item.rid))];
  }

  add(item: Unsent): void {
    this.items.push(item);
    this.save(item);
    this.tries = 0;
    this.hooks.changed();
    void this.flush();
  }

  retry(clientId: string): void {
    for (const item of this.items) if (item.client_id === clientId) this.mark(item, "sending");
    this.again();
  }

  /** The network is back: everything that waits is tried once more. */
  retryAll(): void {
    const by = this.hooks.visitor();
    const mine = this.items.filter((item) => item.by === by);
    if (!mine.length) return;
    for (const item of mine) this.mark(item, "sending");
    this.again();
  }

  remove(clientId: string): void {
    this.items = this.items.filter((item) => item.client_id !== clientId);
    this.vault.remove(`unsent|${clientId}`);
    this.hooks.changed();
  }

  /** The visitor has signed in: what it wrote before is sent under its new name. */
  handOver(before: string, now: string): void {
    for (const item of this.items) {
      if (item.by !== before) continue;
      item.by = now;
      this.save(item);
    }
  }

  /** Takes out what a visitor has not sent: its text is not lost when the visitor's session is. */
  take(by: string): Unsent[] {
    const taken = this.items.filter((item) => item.by === by);
    for (const item of taken) this.remove(item.client_id);
    return taken;
  }

  /** Sends in order what waits. One tab at a time does it. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.flushing ??= this.vault.alone("sending", () => this.sendAll()).then(
      () => {
        this.flushing = null;
        // Something may have been added after the last look.
        if (this.waiting().length && this.timer === undefined) void this.flush();
      },
      (error: unknown) => {
        this.flushing = null;
        console.error(error);
      },
    );
    return this.flushing;
  }

  private again(): void {
    this.tries = 0;
    this.hooks.changed();
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.flush();
  }

  private waiting(): Unsent[] {
    const by = this.hooks.visitor();
    return this.items.filter((item) => item.by === by && item.state === "sending");
  }

  private async sendAll(): Promise<void> {
    this.timer = undefined;
    this.reload();
    for (let item = this.waiting()[0]; item; item = this.waiting()[0]) {
      let sent: Sent;
      try {
        sent = await this.send(item);
      } catch (error) {
        if (!(error instanceof Refused)) return this.postpone();
        if (error.status === 401 && !error.blocked) return; // The session is forgotten by now, and the text taken out.
        this.refuse(item);
        continue;
      }
      const { client_id } = item;
      this.items = this.items.filter((other) => other.client_id !== client_id);
      this.vault.remove(`unsent|${client_id}`);
      this.tries = 0;
      this.hooks.delivered(sent, item);
      this.hooks.changed();
    }
  }

  private send({ rid, text, client_id, opening }: Unsent): Promise<Sent> {
    const path = `/${this.project}/requests/${encodeURIComponent(rid)}/messages`;
    return this.api.call<Sent>("POST", path, { body: { text, client_id, ...opening } });
  }

  /** What follows a refused first message would make the conversation without it: it waits too. */
  private refuse(refused: Unsent): void {
    for (const item of this.items) {
      if (item === refused || (refused.opening && item.rid === refused.rid)) this.mark(item, "failed");
    }
    this.hooks.changed();
  }

  private postpone(): void {
    const pause = PAUSES[this.tries++];
    if (pause !== undefined) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        void this.flush();
      }, pause);
      return;
    }
    for (const item of this.waiting()) this.mark(item, "failed");
    this.hooks.changed();
  }

  private mark(item: Unsent, state: Unsent["state"]): void {
    if (item.state === state) return;
    item.state = state;
    this.save(item);
  }

  // One key a message: two tabs never overwrite each other's list.
  private save(item: Unsent): void {
    this.vault.write(`unsent|${item.client_id}`, item);
  }

  private reload(): void {
    const known = new Map(this.items.map((item) => [item.client_id, item]));
    this.items = this.vault
      .names("unsent|")
      .map((name) => this.vault.read<Unsent>(name))
      .filter((item): item is Unsent => !!item?.client_id)
      .map((item) => Object.assign(known.get(item.client_id) ?? item, item))
      .sort((a, b) => a.at - b.at);
  }
}

/** How an unsent message looks in the thread. */
export function asEntry(item: Unsent): Entry {
  return {
    _id: item.client_id,
    client_id: item.client_id,
    sender: item.by,
    recipient: item.rid,
    type: "text",
    text: item.text,
    createdAt: new Date(item.at).toISOString(),
    state: item.state,
  };
}
