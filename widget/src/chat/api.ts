// Calls to the server: one place for the token, the time limit, 429 and 401.

export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The project keeps this visitor out. */
    readonly blocked = false,
  ) {
    super(message);
  }
}

/** The server was not reached, or it failed by no fault of the call: worth another try. */
export class Unreachable extends Error {}

interface Options {
  body?: unknown;
  /** Another token than the visitor's, or null for none. */
  token?: string | null;
}

const PATIENCE = 20_000;
const BANNED = "projectBanUserFilter";
const LONGEST_PAUSE = 60_000;

/** `JWT …`, whether the caller wrote that word or not. */
export function tokenOf(token: string): string {
  return /^JWT\s/i.test(token) ? token : `JWT ${token}`;
}

export class Api {
  token: () => string | null = () => null;
  /** Hears of each call whether the server was reached. */
  reached: (ok: boolean) => void = () => undefined;
  /** The visitor's token is void. */
  voided: (token: string) => void = () => undefined;
  /** Hears of each of the visitor's calls whether the project keeps it out. */
  blocked: (blocked: boolean) => void = () => undefined;
  private pausedUntil = 0;

  constructor(private readonly base: string) {}

  async call<T>(method: string, path: string, options: Options = {}): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      await this.pause();
      const token = options.token === undefined ? this.token() : options.token;
      const answer = await this.send(method, path, token, options.body);
      if (answer.status === 429 && attempt < 4) {
        this.pausedUntil = Date.now() + waitOf(answer);
        continue;
      }
      return this.read<T>(answer, token, options.token === undefined);
    }
  }

  private async send(method: string, path: string, token: string | null, body: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (token) headers["Authorization"] = token;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE);
    try {
      return await fetch(`${this.base}/api${path}`, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        signal: abort.signal,
      });
    } catch (error) {
      this.reached(false);
      throw new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  private async read<T>(answer: Response, token: string | null, own: boolean): Promise<T> {
    if (answer.status >= 500) {
      if (answer.status > 501) this.reached(false); // 500 is the fault of one call; 502 to 504 are a server that is away.
      throw new Unreachable(`${answer.status}`);
    }
    this.reached(true);
    let value: unknown = null;
    try {
      value = await answer.json();
    } catch {
      if (answer.ok) throw new Unreachable("the answer was cut off");
    }
    const visitors = !!token && own;
    if (visitors && answer.ok) this.blocked(false);
    if (answer.ok) return value as T;
    const said = value as { msg?: string; err?: string } | null;
    // A token that is kept out is not void: who holds it stays who it is, and is told.
    const blocked = answer.status === 401 && !!said?.err?.includes(BANNED);
    if (visitors && blocked) this.blocked(true);
    else if (visitors && answer.status === 401) this.voided(token);
    throw new Refused(answer.status, said?.msg ?? "", blocked);
  }

  /** After a 429 every call waits, not only the one that met it. */
  private async pause(): Promise<void> {
    const wait = this.pausedUntil - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function waitOf(answer: Response): number {
  const said = answer.headers.get("Retry-After") ?? "";
  const seconds = /^\d+(\.\d+)?$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1000;
  const wait = Number.isFinite(seconds) ? seconds * 1000 : 2000;
  return Math.min(Math.max(wait, 250), LONGEST_PAUSE);
}
