import assert from "node:assert/strict";
import { test } from "node:test";
import { isEmojiOnly, lay, merge, resumeAfter, type Row } from "../src/chat/timeline";
import { ANNA, message, VISITOR } from "./cast";

const own = (entry: { sender: string }) => entry.sender === VISITOR;
const shape = (rows: Row[]) =>
  rows.map((row) => (row.kind === "bubble" ? `${row.own ? "own" : "theirs"}${row.first ? " first" : ""}${row.last ? " last" : ""}` : row.kind));

test("the same message by socket and by HTTP stands once, and what is known later wins", () => {
  const first = message("a", 1);
  const list = merge([first], [{ ...first, status: 300 }, first]);
  assert.equal(list.length, 1);
  assert.equal(merge([first], [{ ...first, status: 300 }])[0]!.status, 300);
});

test("a message is known again by its client_id", () => {
  const early = message("a", 1, { client_id: "c1" });
  const stored = message("a", 1, { client_id: "c1" });
  assert.deepEqual(merge([early], [stored]).map((m) => m._id), [stored._id]);
  assert.equal(merge([early, stored], [early]).length, 1);
});

test("messages stand in order of time whatever order they come in", () => {
  const [a, b, c] = [message("a", 1), message("b", 2), message("c", 3)];
  for (const order of [[c, a, b], [b, c, a], [a, b, c]]) assert.deepEqual(merge([], order), [a, b, c]);
  assert.deepEqual(merge([b], [a, c, a]), [a, b, c]);
});

test("of one instant the lower id comes first", () => {
  const [a, b] = [message("a", 5), message("b", 5)];
  assert.deepEqual(merge([], [b, a]), [a, b]);
});

test("fetching goes on a little before the newest, so that a late commit is not missed", () => {
  const list = [message("a", 0), message("b", 30), message("c", 35)];
  assert.equal(resumeAfter(list), list[0]!._id);
  assert.equal(resumeAfter([message("only", 1)]), undefined);
  assert.equal(resumeAfter([]), undefined);
});

test("bubbles of one sender stand together, others and pauses begin anew", () => {
  const rows = lay(
    [
      message("1", 0, { sender: VISITOR }),
      message("2", 10, { sender: VISITOR }),
      message("3", 20),
      message("4", 30, { sender: "somebody else" }),
      message("5", 400, { sender: "somebody else" }),
    ],
    own,
  );
  assert.deepEqual(shape(rows), ["day", "own first", "own last", "theirs first last", "theirs first last", "theirs first last"]);
});

test("a system's note and a new day part a group", () => {
  const rows = lay([message("1", 0), message("", 5, { sender: "system" }), message("2", 10), message("3", 90_000)], own);
  assert.deepEqual(shape(rows), ["day", "theirs first last", "note", "theirs first last", "day", "theirs first last"]);
});

test("a row keeps its key when the server acknowledges it", () => {
  const sending = { ...message("x", 1, { sender: VISITOR, client_id: "c9" }), _id: "c9", state: "sending" as const };
  const stored = message("x", 1, { sender: VISITOR, client_id: "c9" });
  assert.equal(lay([sending], own)[1]!.key, lay([stored], own)[1]!.key);
});

test("one to three emoji are large, everything else is text", () => {
  for (const yes of ["👍", "👍🎉", "❤️", "👩‍👩‍👧", "🇮🇹 🎉", "👋🏽"]) assert.ok(isEmojiOnly(yes), yes);
  for (const no of ["", "1", "ok 👍", "👍👍👍👍", "#", "©x"]) assert.ok(!isEmojiOnly(no), no);
});

test("the sender of the messages decides, not their order", () => {
  assert.equal(lay([message("x", 0, { sender: ANNA })], own)[1]!.kind, "bubble");
});
