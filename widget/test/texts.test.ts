import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { Host } from "../src/contract";
import { keyOf } from "../src/chat/keys";
import { strings, type Strings } from "../src/chat/strings";
import { adopt, loadTexts, ownLanguage } from "../src/chat/texts";
import { browser } from "./cast";

let restore: () => void;
let asked: string[];
let answer: () => Promise<Response>;
const before = { ...strings };

beforeEach(() => {
  asked = [];
  restore = browser({
    fetch: (url: string) => {
      asked.push(url);
      return answer();
    },
  });
});

afterEach(() => {
  Object.assign(strings, before);
  restore();
});

function host(labels: string[], locale = "en"): Host {
  return { base: "https://host", project: "p", locale, info: { project: { _id: "p", name: "P" }, labels } } as unknown as Host;
}

test("every text has a key of its own", () => {
  const keys = Object.keys(strings).map(keyOf);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyOf("write"), "LABEL_PLACEHOLDER");
  assert.equal(keyOf("reopenHint"), "REOPEN_HINT");
});

test("the project's language is the visitor's, its first part, or the one that this build speaks", () => {
  assert.equal(ownLanguage(["IT", "pt_BR", "PT"], "pt-BR", "pt"), "pt_BR");
  assert.equal(ownLanguage(["IT", "PT"], "pt-BR", "pt"), "PT");
  assert.equal(ownLanguage(["IT", "EN"], "ru", "en"), "EN");
  assert.equal(ownLanguage(["IT"], "ru", "en"), undefined);
  assert.equal(ownLanguage([], "it", "it"), undefined);
});

test("what is no text, blank or unknown changes nothing", () => {
  const table = { ...strings } as Strings;
  for (const odd of [null, "x", 1, []]) adopt(table, odd);
  adopt(table, { LABEL_PLACEHOLDER: 1, WELCOME_TITLE: ["a"], BACK: "  ", LANGUAGE: "xx", ARRAY_DAYS: ["a"], NOT_OURS: "x" });
  assert.deepEqual(table, strings);
});

test("a project's texts stand in the place of the built-in ones", async () => {
  answer = async () => Response.json({ lang: "EN", data: { LABEL_PLACEHOLDER: "Say <b>it</b>" } });
  await loadTexts(host(["EN"]));
  assert.deepEqual(asked, ["https://host/api/p/labels/EN"]);
  assert.equal(strings.write, "Say <b>it</b>");
  assert.equal(strings.send, before.send);
});

test("nothing is asked where the project has no texts, and no answer is no harm", async () => {
  await loadTexts(host([]));
  assert.deepEqual(asked, []);
  for (const bad of [() => Promise.reject(new TypeError("no")), async () => new Response("{", { status: 200 }), async () => new Response("x", { status: 500 })]) {
    answer = bad;
    await loadTexts(host(["EN"]));
  }
  assert.deepEqual(strings, before);
});
