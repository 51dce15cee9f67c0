import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Api, Refused, tokenOf, Unreachable } from "../src/chat/api";
import { browser, settle } from "./cast";

let restore: () => void;
let answers: (() => Response | Promise<Response>)[];
let sent: { url: string; init: RequestInit }[];

beforeEach(() => {
  sent = [];
  restore = browser({
    fetch: async (url: string, init: RequestInit) => {
      sent.push({ url, init });
      return answers.shift()!();
    },
  });
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

afterEach(() => {
  mock.timers.reset();
  restore();
});

test("a call carries the visitor's token and no cookie", async () => {
  answers = [() => Response.json({ ok: 1 })];
  const api = new Api("https://host");
  api.token = () => "JWT abc";
  assert.deepEqual(await api.call("GET", "/p/x"), { ok: 1 });
  assert.equal(sent[0]!.url, "https://host/api/p/x");
  assert.equal((sent[0]!.init.headers as Record<string, string>)["Authorization"], "JWT abc");
  assert.equal(sent[0]!.init.credentials, "omit");
});

test("after 429 it waits as long as it was told, and so does every other call", async () => {
  answers = [() => new Response("{}", { status: 429, headers: { "Retry-After": "7" } }), () => Response.json(1), () => Response.json(2)];
  const api = new Api("https://host");
  const first = api.call("GET", "/a");
  await settle();
  const second = api.call("GET", "/b");
  mock.timers.tick(6900);
  await settle();
  assert.equal(sent.length, 1);
  mock.timers.tick(200);
  assert.deepEqual(await Promise.all([first, second]), [1, 2]);
});

test("401 voids the token that was used, but not when another one was tried", async () => {
  const voided: string[] = [];
  const api = new Api("https://host");
  api.token = () => "JWT mine";
  api.voided = (token) => voided.push(token);
  answers = [() => Response.json({}, { status: 401 }), () => Response.json({}, { status: 401 })];
  await assert.rejects(api.call("POST", "/auth/x", { token: "JWT other" }), Refused);
  assert.deepEqual(voided, []);
  await assert.rejects(api.call("GET", "/x"), Refused);
  assert.deepEqual(voided, ["JWT mine"]);
});

test("no network and a server that is away are told apart from a refusal", async () => {
  const reached: boolean[] = [];
  const api = new Api("https://host");
  api.reached = (ok) => reached.push(ok);
  answers = [
    () => Promise.reject(new TypeError("failed")),
    () => new Response("<html>", { status: 503 }),
    () => new Response("{}", { status: 500 }),
    () => Response.json({ msg: "no" }, { status: 403 }),
    () => new Response("cut", { status: 200 }),
  ];
  for (const expected of [Unreachable, Unreachable, Unreachable, Refused, Unreachable]) await assert.rejects(api.call("GET", "/x"), expected);
  assert.deepEqual(reached, [false, false, true, true]);
});

test("a token is written with its word once", () => {
  assert.equal(tokenOf("abc"), "JWT abc");
  assert.equal(tokenOf("JWT abc"), "JWT abc");
});

test("who is kept out keeps its token and is told, until a call goes through again", async () => {
  const heard: (boolean | string)[] = [];
  const api = new Api("https://host");
  api.token = () => "JWT mine";
  api.voided = (token) => heard.push(token);
  api.blocked = (blocked) => heard.push(blocked);
  answers = [
    () => Response.json({ err: "error projectBanUserFilter by id" }, { status: 401 }),
    () => Response.json({ err: "error projectBanUserFilter by id" }, { status: 401 }),
    () => Response.json({}),
  ];
  await assert.rejects(api.call("GET", "/x"), (error) => error instanceof Refused && error.blocked);
  // Somebody else's token, that the site has tried, says nothing of this visitor.
  await assert.rejects(api.call("POST", "/y", { token: "JWT other" }), (error) => error instanceof Refused && error.blocked);
  await api.call("GET", "/x");
  assert.deepEqual(heard, [true, false]);
});
