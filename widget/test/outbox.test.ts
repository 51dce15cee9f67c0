import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Api } from "../src/chat/api";
import { Outbox, type Unsent } from "../src/chat/outbox";
import { Vault } from "../src/vault";
import { browser, RID, settle, VISITOR } from "./cast";

type Handler = (body: { text: string; client_id: string }) => Response | Promise<Response>;

let restore: () => void;
let posted: string[];
let server: Handler;
const stored = (body: { client_id: string; text: string }) =>
  Response.json({ _id: `m-${body.client_id}`, client_id: body.client_id, text: body.text, sender: VISITOR, recipient: RID });

beforeEach(() => {
  posted = [];
  server = stored;
  restore = browser({
    fetch: async (_url: string, init: RequestInit) => {
      const body = JSON.parse(String(init.body)) as { text: string; client_id: string };
      posted.push(body.text);
      return server(body);
    },
  });
  mock.timers.enable({ apis: ["setTimeout"] });
});

afterEach(() => {
  mock.timers.reset();
  restore();
});

function outbox(): { box: Outbox; delivered: string[] } {
  const delivered: string[] = [];
  const vault = new Vault("https://host", "p");
  const box = new Outbox(vault, new Api("https://host"), "p", {
    visitor: () => VISITOR,
    changed: () => undefined,
    delivered: (message) => delivered.push(message._id),
    elsewhere: () => undefined,
  });
  return { box, delivered };
}

let at = 0;
const item = (text: string, more: Partial<Unsent> = {}): Unsent => ({
  client_id: `c-${text}`,
  rid: RID,
  by: VISITOR,
  text,
  at: ++at,
  state: "sending",
  ...more,
});
const down: Handler = () => Promise.reject(new TypeError("network"));
const states = (box: Outbox) => box.of(RID).map(({ text, state }) => `${text} ${state}`);

test("messages are sent one after the other, in their order, and forgotten when stored", async () => {
  const { box, delivered } = outbox();
  box.add(item("one"));
  box.add(item("two"));
  await settle();
  assert.deepEqual(posted, ["one", "two"]);
  assert.deepEqual(delivered, ["m-c-one", "m-c-two"]);
  assert.deepEqual(outbox().box.of(RID), [], "also in storage");
});

test("without a network it tries again by itself, then shows the message as failed", async () => {
  server = down;
  const { box } = outbox();
  box.add(item("one"));
  await settle();
  assert.deepEqual(states(box), ["one sending"]);
  mock.timers.tick(1500);
  await settle();
  mock.timers.tick(4000);
  await settle();
  assert.equal(posted.length, 3);
  assert.deepEqual(states(box), ["one failed"]);
});

test("a retry sends a failed message once more", async () => {
  server = () => Response.json({ success: false, msg: "no" }, { status: 422 });
  const { box, delivered } = outbox();
  box.add(item("one"));
  await settle();
  assert.deepEqual(states(box), ["one failed"]);
  server = stored;
  box.retry("c-one");
  await settle();
  assert.deepEqual(delivered, ["m-c-one"]);
  assert.deepEqual(states(box), []);
});

test("what is not acknowledged survives a reload", async () => {
  server = down;
  outbox().box.add(item("kept"));
  await settle();
  server = stored;
  const { box, delivered } = outbox();
  assert.deepEqual(states(box), ["kept sending"]);
  await box.flush();
  assert.deepEqual(delivered, ["m-c-kept"]);
});

test("nothing follows a refused first message into a conversation that it would have made", async () => {
  const opening = { sourcePage: "", language: "en", userAgent: "" };
  server = () => Response.json({}, { status: 403 });
  const { box } = outbox();
  box.add(item("first", { opening }));
  box.add(item("second"));
  await settle();
  assert.deepEqual(posted, ["first"]);
  assert.deepEqual(states(box), ["first failed", "second failed"]);
});

test("another visitor of the same browser does not send what was left", async () => {
  const { box } = outbox();
  box.add(item("theirs", { by: "somebody else" }));
  await settle();
  assert.deepEqual(posted, []);
  assert.deepEqual(box.of(RID), []);
});

test("who signs in takes along what was not yet sent", async () => {
  server = down;
  const { box, delivered } = outbox();
  box.add(item("mine", { by: "anonymous" }));
  server = stored;
  box.handOver("anonymous", VISITOR);
  void box.flush();
  await settle();
  assert.deepEqual(delivered, ["m-c-mine"]);
});

test("the texts of a lost visitor can be taken out", async () => {
  server = down;
  const { box } = outbox();
  box.add(item("a"));
  box.add(item("b"));
  assert.deepEqual(box.take(VISITOR).map(({ text }) => text), ["a", "b"]);
  assert.deepEqual(box.of(RID), []);
  await settle();
});
