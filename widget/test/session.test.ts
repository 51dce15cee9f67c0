import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Api } from "../src/chat/api";
import { Sessions } from "../src/chat/session";
import { Vault } from "../src/vault";
import { browser } from "./cast";

interface Call {
  path: string;
  body: Record<string, unknown>;
  token: string;
}

let restore: () => void;
let calls: Call[];
let changes: string[];

beforeEach(() => {
  calls = [];
  changes = [];
  let made = 0;
  restore = browser({
    fetch: async (url: string, init: RequestInit) => {
      const path = new URL(url).pathname.replace("/api/auth/", "");
      const token = (init.headers as Record<string, string>)["Authorization"] ?? "";
      calls.push({ path, body: JSON.parse(String(init.body ?? "{}")) as Record<string, unknown>, token });
      if (path === "signinAnonymously") return Response.json({ token: `JWT anon-${++made}`, user: { _id: `visitor-${made}` } });
      if (path === "signinWithCustomToken") {
        if (token.includes("bad")) return Response.json({ success: false }, { status: 401 });
        return Response.json({ token, user: { _id: "luca" } });
      }
      if (path === "refresh") return Response.json({ token: "JWT renewed", user: { _id: "visitor-1" } });
      return Response.json({ success: true });
    },
  });
});

afterEach(() => restore());

function tab(): Sessions {
  return new Sessions(new Vault("https://host", "p"), new Api("https://host"), "p", (now, before, cause) =>
    changes.push(`${before?.id ?? "nobody"} to ${now?.id ?? "nobody"} ${cause}`),
  );
}

const paths = () => calls.map(({ path }) => path);

test("asking twice at once signs in once", async () => {
  const sessions = tab();
  const [a, b] = await Promise.all([sessions.ensure(), sessions.ensure()]);
  assert.equal(a.id, b.id);
  assert.deepEqual(paths(), ["signinAnonymously"]);
});

test("a second tab is the same visitor", async () => {
  const first = await tab().ensure();
  assert.equal((await tab().ensure()).id, first.id);
  assert.equal(calls.length, 1);
});

test("an anonymous visitor proves itself when it signs in, and keeps its former id", async () => {
  const sessions = tab();
  await sessions.ensure();
  const session = await sessions.signIn("site-token");
  assert.equal(calls.at(-1)!.body["anonymous_token"], "JWT anon-1");
  assert.equal(calls.at(-1)!.token, "JWT site-token");
  assert.equal(session.kind, "user");
  assert.ok(sessions.isMine("visitor-1") && sessions.isMine("luca"));
  assert.deepEqual(changes, ["nobody to visitor-1 here", "visitor-1 to luca here"]);
});

test("the same token on the site's next page needs no call", async () => {
  await tab().signIn("site-token");
  await tab().signIn("JWT site-token");
  assert.deepEqual(paths(), ["signinWithCustomToken"]);
});

test("a new token of the same user changes nobody", async () => {
  const sessions = tab();
  await sessions.signIn("one");
  await sessions.signIn("two");
  assert.equal(sessions.current!.token, "JWT two");
  assert.deepEqual(changes, ["nobody to luca here"]);
});

test("a refused token leaves who was there", async () => {
  const sessions = tab();
  await sessions.ensure();
  await assert.rejects(sessions.signIn("bad"));
  assert.equal(sessions.current!.id, "visitor-1");
});

test("signing out forgets at once and revokes; the next is somebody new", async () => {
  const sessions = tab();
  await sessions.ensure();
  await sessions.signOut();
  assert.equal(tab().current, null);
  assert.equal(calls.at(-1)!.path, "signout");
  assert.equal(calls.at(-1)!.token, "JWT anon-1");
  assert.equal((await sessions.ensure()).id, "visitor-2");
});

test("a sign-in that is under way comes before the anonymous one", async () => {
  const sessions = tab();
  void sessions.signIn("site-token");
  assert.equal((await sessions.ensure()).id, "luca");
  assert.deepEqual(paths(), ["signinWithCustomToken"]);
});

test("a void token is forgotten, but not a newer one that took its place", async () => {
  const sessions = tab();
  const { token } = await sessions.ensure();
  sessions.forget("JWT something older");
  assert.ok(sessions.current);
  sessions.forget(token);
  assert.equal(sessions.current, null);
  assert.equal(changes.at(-1), "visitor-1 to nobody refused");
});

test("a token older than a week is changed for a new one, a younger one not", async () => {
  const sessions = tab();
  const session = await sessions.ensure();
  await sessions.refresh();
  assert.deepEqual(paths(), ["signinAnonymously"]);
  session.since -= 8 * 24 * 3600 * 1000;
  new Vault("https://host", "p").write("session", session);
  await sessions.refresh();
  assert.equal(sessions.current!.token, "JWT renewed");
  assert.equal(changes.length, 1, "the visitor is the same");
});

test("where storage is blocked the visitor lives as long as the page", async () => {
  restore();
  const fetched = globalThis.fetch;
  restore = browser({ fetch: async () => Response.json({ token: "JWT a", user: { _id: "v" } }) });
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get: () => {
      throw new DOMException("blocked", "SecurityError");
    },
  });
  const sessions = tab();
  await sessions.ensure();
  assert.equal(sessions.current!.id, "v");
  assert.equal(tab().current, null);
  assert.ok(fetched);
});
