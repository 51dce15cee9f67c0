// Who the visitor is, in this browser: shared by all tabs, forgotten on sign-out and when the server refuses it.

import type { Vault } from "../vault";
import { type Api, Refused, tokenOf } from "./api";

export interface Session {
  token: string;
  /** The visitor's own id: the sender of its messages. */
  id: string;
  kind: "anonymous" | "user";
  /** When the token was got; one older than a week is refreshed. */
  since: number;
  /** The token that the site gave, to know it again on its next page. */
  given?: string;
  /** Anonymous ids that this visitor was before it signed in: their messages are its own too. */
  formerly?: string[];
}

/** Who changed the visitor: this tab, the server that refused its token, or another tab. */
export type Cause = "here" | "refused" | "elsewhere";

interface SignInAnswer {
  token: string;
  user?: { _id?: string; id?: string; sub?: string };
}

const WEEK = 7 * 24 * 3600 * 1000;

export class Sessions {
  current: Session | null;
  private pending: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly vault: Vault,
    private readonly api: Api,
    private readonly project: string,
    /** Called after the visitor has become somebody else or nobody. */
    private readonly changed: (now: Session | null, before: Session | null, cause: Cause) => void,
  ) {
    this.current = vault.read<Session>("session");
    api.token = () => this.current?.token ?? null;
    vault.watch((name) => {
      if (name === "session") this.adopt(vault.read<Session>("session"), "elsewhere");
    });
  }

  /** The visitor's session; a new anonymous one if there is none. Two tabs at once make one. */
  ensure(): Promise<Session> {
    return this.inTurn(async () => {
      if (this.current) return this.current;
      return this.vault.alone("signing in", async () => {
        const theirs = this.vault.read<Session>("session");
        if (theirs) return this.adopt(theirs)!;
        const answer = await this.api.call<SignInAnswer>("POST", "/auth/signinAnonymously", {
          body: { id_project: this.project },
          token: null,
        });
        // Where there are no locks another tab may have been faster.
        return this.adopt(this.vault.read<Session>("session") ?? this.keep(answer, "anonymous"))!;
      });
    });
  }

  /** The site says who it is. An anonymous visitor of this browser is proven to be the same by its own token. */
  signIn(token: string): Promise<Session> {
    const given = tokenOf(token);
    return this.inTurn(() =>
      this.vault.alone("signing in", async () => {
        const before = this.vault.read<Session>("session") ?? this.current;
        if (before?.given === given && Date.now() - before.since < WEEK) return this.adopt(before)!;
        const anonymous = before?.kind === "anonymous" ? before : null;
        const answer = await this.api.call<SignInAnswer>("POST", "/auth/signinWithCustomToken", {
          body: { id_project: this.project, ...(anonymous && { anonymous_token: anonymous.token }) },
          token: given,
        });
        const session = this.keep({ ...answer, token: answer.token || given }, "user", given);
        const formerly = [...(anonymous ? [anonymous.id] : []), ...((before?.id === session.id && before.formerly) || [])];
        if (formerly.length) session.formerly = formerly;
        this.vault.write("session", session);
        return this.adopt(session)!;
      }),
    );
  }

  /** Forgets at once; the server is told, so that a copied token is of no use either. */
  signOut(): Promise<void> {
    return this.inTurn(async () => {
      const session = this.current;
      this.vault.remove("session");
      this.adopt(null);
      if (session) {
        await this.api.call("POST", "/auth/signout", { token: session.token }).catch(() => undefined);
      }
    });
  }

  /** A token that has grown old is changed for a new one. */
  refresh(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.isOld()) return;
      await this.vault.alone("signing in", async () => {
        this.adopt(this.vault.read<Session>("session"));
        const session = this.current;
        if (!session || !this.isOld()) return;
        const answer = await this.api.call<SignInAnswer>("POST", "/auth/refresh", { body: {} });
        const renewed = { ...session, token: tokenOf(answer.token || session.token), since: Date.now() };
        this.vault.write("session", renewed);
        this.adopt(renewed);
      });
    }).catch((error: unknown) => {
      if (error instanceof Refused) throw error; // Else tried again on the next page.
    });
  }

  /** The server does not know this token any more. */
  forget(token: string): void {
    if (this.vault.read<Session>("session")?.token === token) this.vault.remove("session");
    if (this.current?.token === token) this.adopt(this.vault.read<Session>("session"), "refused");
  }

  isMine(sender: string): boolean {
    return !!this.current && (sender === this.current.id || !!this.current.formerly?.includes(sender));
  }

  private isOld(): boolean {
    // A site's own tokens are the site's to renew.
    return this.current?.kind === "anonymous" && Date.now() - this.current.since > WEEK;
  }

  private keep(answer: SignInAnswer, kind: Session["kind"], given?: string): Session {
    const token = tokenOf(answer.token);
    const id = answer.user?._id ?? answer.user?.id ?? answer.user?.sub ?? "";
    const session: Session = { token, id, kind, since: Date.now(), ...(given && { given }) };
    this.vault.write("session", session);
    return session;
  }

  private adopt(session: Session | null, cause: Cause = "here"): Session | null {
    const before = this.current;
    this.current = session;
    if (before?.id !== session?.id) this.changed(session, before, cause);
    return session;
  }

  /** Sign-in, sign-out and refresh follow each other; none overtakes. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.pending.then(work, work);
    this.pending = result.catch(() => undefined);
    return result;
  }
}
