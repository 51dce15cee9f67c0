// One WebSocket: signs in, subscribes, remembers the last event of each topic, and comes back when it is lost.

export interface Publish {
  topic: string;
  method: string;
  message: unknown;
  /** The publish is a whole snapshot, not a change. */
  snapshot: boolean;
}

interface Handlers {
  token(): string | null;
  publish(publish: Publish): void;
  /** True once signed in and caught up with every topic; false when lost. */
  live(live: boolean): void;
  /** The server does not accept the token. */
  refused(): void;
  /** The server does not give this topic to this visitor. */
  denied(topic: string): void;
}

interface Frame {
  action?: string;
  payload?: {
    topic?: string;
    method?: string;
    message?: unknown;
    event?: number;
    success?: boolean;
    error?: unknown;
  };
}

const SILENCE = 65_000;
const PROOF = 5_000;
const LONGEST_DELAY = 30_000;
const JITTER = 5_000;

export class Socket {
  /** Topics wanted, each with the last event seen there. */
  private readonly topics = new Map<string, number | undefined>();
  private readonly caughtUp = new Set<string>();
  private socket: WebSocket | null = null;
  private wanted = false;
  private isLive = false;
  /** The project's event number at sign-in; undefined while not signed in. */
  private signedInAt: number | undefined;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly project: string,
    private readonly handlers: Handlers,
    private readonly random: () => number = Math.random,
  ) {}

  get live(): boolean {
    return this.isLive;
  }

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.failures = 0;
    this.connect();
  }

  stop(): void {
    this.wanted = false;
    clearTimeout(this.retry);
    this.drop();
  }

  /** Stops and forgets what was seen: another visitor begins. */
  reset(): void {
    this.stop();
    this.topics.clear();
  }

  subscribe(topic: string): void {
    if (this.topics.has(topic)) return;
    this.topics.set(topic, undefined);
    if (this.signedInAt !== undefined) this.ask(topic);
  }

  unsubscribe(topic: string): void {
    if (!this.topics.delete(topic)) return;
    this.caughtUp.delete(topic);
    this.send("unsubscribe", { topic });
  }

  send(action: string, payload: unknown): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify({ action, payload }));
  }

  /** The page is seen again or the network is back: a connection that died in its sleep is found out now. */
  nudge(): void {
    if (!this.wanted) return;
    if (this.socket?.readyState === 1) {
      this.send("heartbeat", { message: { text: "ping" } });
      this.expect(PROOF);
    } else if (!this.socket) {
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.connect(), this.random() * 500);
    }
  }

  private connect(): void {
    clearTimeout(this.retry);
    const token = this.handlers.token();
    if (!this.wanted || this.socket || !token) return;
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.url);
    } catch {
      this.lost();
      return;
    }
    this.socket = socket;
    this.expect(SILENCE / 4);
    socket.onopen = () => this.send("signin", { token, id_project: this.project });
    socket.onmessage = (event) => {
      if (this.socket !== socket) return;
      this.expect(SILENCE);
      let frame: Frame;
      try {
        frame = JSON.parse(String(event.data)) as Frame;
      } catch {
        return;
      }
      this.hear(frame);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.drop();
      if (event.code === 4401) this.handlers.refused();
      this.lost();
    };
  }

  private hear({ action, payload = {} }: Frame): void {
    const { topic = "", method = "", message, event } = payload;
    if (action === "heartbeat") {
      const text = (message as { text?: string } | undefined)?.text;
      if (text !== "pong") this.send("heartbeat", { message: { text: "pong" } });
    } else if (action === "signin" && payload.success) {
      this.signedInAt = event ?? 0;
      for (const each of this.topics.keys()) this.ask(each);
      this.settle();
    } else if (action === "publish") {
      this.advance(topic, event);
      this.handlers.publish({ topic, method, message, snapshot: Array.isArray(message) });
    } else if (action === "subscribed") {
      if (payload.error) this.handlers.denied(topic);
      else this.advance(topic, event);
      this.caughtUp.add(topic);
      this.settle();
    }
  }

  private ask(topic: string): void {
    // The lists themselves come over HTTP; from the socket only what happened since signing in, or since last heard.
    const after = this.topics.get(topic) ?? this.signedInAt;
    this.send("subscribe", { topic, after });
  }

  private advance(topic: string, event: number | undefined): void {
    if (event === undefined || !this.topics.has(topic)) return;
    this.topics.set(topic, Math.max(event, this.topics.get(topic) ?? 0));
  }

  private settle(): void {
    if (this.isLive || this.signedInAt === undefined) return;
    for (const topic of this.topics.keys()) if (!this.caughtUp.has(topic)) return;
    this.failures = 0;
    this.isLive = true;
    this.handlers.live(true);
  }

  private expect(within: number): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.drop();
      this.lost();
    }, within);
  }

  private drop(): void {
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    this.signedInAt = undefined;
    this.caughtUp.clear();
    socket?.close();
    if (this.isLive) {
      this.isLive = false;
      this.handlers.live(false);
    }
  }

  private lost(): void {
    if (!this.wanted) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), delay(this.failures++, this.random));
  }
}

/** Growing, with up to 5 s of jitter: ten thousand visitors do not come back in the same second. */
export function delay(failures: number, random: () => number): number {
  return Math.min(LONGEST_DELAY, 500 * 2 ** failures) + random() * JITTER;
}
