import assert from "node:assert/strict";
import { test } from "node:test";
import { Conversations } from "../src/chat/conversations";
import { ANNA, message, RID, VISITOR } from "./cast";

function conversations(isRead = false): Conversations {
  return new Conversations({ isMine: (sender) => sender === VISITOR, isRead: () => isRead, changed: () => undefined });
}

test("a live message of the team is unread and news, once", () => {
  const all = conversations();
  const said = message("Hello", 1);
  assert.deepEqual(all.takeMessages([said], true), [said]);
  assert.deepEqual(all.takeMessages([said], true), []);
  assert.equal(all.unread, 1);
});

test("one's own messages and the system's are never unread", () => {
  const all = conversations();
  assert.deepEqual(all.takeMessages([message("x", 1, { sender: VISITOR }), message("y", 2, { sender: "system" })], true), []);
  assert.equal(all.unread, 0);
});

test("the count is right whichever comes first, the message or its conversation's change", () => {
  const said = message("Hello", 1);
  const change = { request_id: RID, unread: 1, attributes: { last_message: said } };
  for (const order of ["message first", "change first"]) {
    const all = conversations();
    if (order === "message first") all.takeMessages([said], true);
    all.takeRequests([change]);
    if (order !== "message first") assert.equal(all.takeMessages([said], true).length, 1, "still news for the thread");
    assert.equal(all.unread, 1, order);
  }
});

test("a change without a count makes its last message unread", () => {
  const all = conversations();
  const said = message("Hello", 1);
  all.takeRequests([{ request_id: RID, attributes: { last_message: said } }]);
  all.takeMessages([said], true);
  assert.equal(all.unread, 1);
});

test("what comes while the thread is before one's eyes is not unread, even if an older count says so", () => {
  const all = conversations(true);
  const said = message("Hello", 1);
  all.takeMessages([said], true);
  assert.equal(all.seenByVisitor(RID), true, "the server is told");
  all.takeRequests([{ request_id: RID, unread: 1, attributes: { last_message: said } }]);
  assert.equal(all.unread, 0);
  assert.equal(all.seenByVisitor(RID), false, "and told once");
});

test("after it was seen, the next message is unread again", () => {
  const all = conversations();
  all.takeMessages([message("one", 1)], true);
  all.seenByVisitor(RID);
  all.takeMessages([message("two", 2)], true);
  assert.equal(all.unread, 1);
});

test("messages written before signing in are the visitor's own", () => {
  const all = conversations();
  all.takeRequests([{ request_id: RID, lead: { lead_id: "before" } }]);
  assert.deepEqual(all.takeMessages([message("mine", 1, { sender: "before" })], true), []);
});

test("what an answer leaves out stays as it was", () => {
  const all = conversations();
  all.takeRequests([{ request_id: RID, status: 1000, rating: 4, participatingAgents: [{ _id: ANNA, firstname: "Anna" }] }]);
  all.takeRequests([{ request_id: RID, updatedAt: "2026-11-22T12:00:00Z" }]);
  const known = all.get(RID)!;
  assert.equal(known.closed, true);
  assert.equal(known.rating, 4);
  assert.equal(known.agents.length, 1);
});

test("an answer that is overtaken by what is heard opens nothing again, and hides nothing unread", () => {
  const all = conversations();
  const asked = all.turn;
  all.hearRequests([{ request_id: RID, status: 1000, rating: 5, attributes: { last_message: message("Hello", 1) } }]);
  all.takeRequests([{ request_id: RID, status: 200, rating: 0, unread: 0, first_text: "Hi" }], asked);
  const known = all.get(RID)!;
  assert.deepEqual([known.closed, known.rating, known.unread, known.firstText], [true, 5, 1, "Hi"]);
  all.takeRequests([{ request_id: RID, status: 200, unread: 0 }], all.turn);
  assert.deepEqual([known.closed, known.unread], [false, 0], "a later answer is the newer one");
});

test("the newest activity comes first", () => {
  const all = conversations();
  all.takeRequests([
    { request_id: "old", updatedAt: "2026-11-20T00:00:00Z" },
    { request_id: "new", updatedAt: "2026-11-22T00:00:00Z" },
  ]);
  all.takeMessages([message("x", 0, { recipient: "old", createdAt: "2026-11-23T00:00:00Z" })], true);
  assert.deepEqual(all.list().map(({ rid }) => rid), ["old", "new"]);
});
