import assert from "node:assert/strict";
import { test } from "node:test";
import { labelPieces, linkify, safeUrl } from "../src/chat/linkify";

const links = (text: string) => linkify(text).filter((piece) => piece.href).map((piece) => piece.href);
const whole = (text: string) => linkify(text).map((piece) => piece.text).join("");

test("addresses become links and the text around them stays as it was", () => {
  const text = "See https://example.com/a?b=1#c, or (www.example.org).\nBye";
  assert.deepEqual(links(text), ["https://example.com/a?b=1#c", "https://www.example.org/"]);
  assert.equal(whole(text), text);
});

test("nothing but http and https is ever a link", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "JaVaScRiPt://www.x.y/%0aalert(1)",
    "ftp://example.com",
    "vbscript:x",
    "https://",
    "file:///etc/passwd",
  ]) {
    for (const href of links(text)) assert.match(String(href), /^https?:\/\//);
    assert.equal(whole(text), text);
  }
  assert.deepEqual(links("javascript:alert(1)"), []);
});

test("markup stays text", () => {
  const text = '<a href="https://evil.example/">x</a> <img src=x onerror=alert(1)>';
  assert.equal(whole(text), text);
  assert.deepEqual(links(text), ["https://evil.example/"]);
});

test("a bracket that was opened in the address belongs to it", () => {
  assert.deepEqual(links("https://en.wikipedia.org/wiki/Bell_(instrument)"), ["https://en.wikipedia.org/wiki/Bell_(instrument)"]);
  assert.deepEqual(links("(https://example.com/x)"), ["https://example.com/x"]);
  assert.deepEqual(links("https://example.com/x!?…"), ["https://example.com/x"]);
});

test("a very long text is searched quickly", () => {
  const begun = Date.now();
  linkify("https://a.b/".repeat(3000) + "(".repeat(5000) + "www.".repeat(3000));
  assert.ok(Date.now() - begun < 2000);
});

test("a project's label may name its links", () => {
  assert.deepEqual(labelPieces("I agree to the [terms](https://example.com/t)."), [
    { text: "I agree to the " },
    { text: "terms", href: "https://example.com/t" },
    { text: "." },
  ]);
  assert.deepEqual(labelPieces("[x](javascript:alert)"), [{ text: "x" }]);
});

test("the simple HTML of an imported label becomes text and links", () => {
  assert.deepEqual(labelPieces('Read <b>this</b>:<br><a class=x href="https://example.com/">here</a><script>'), [
    { text: "Read this:\n" },
    { text: "here", href: "https://example.com/" },
  ]);
});

test("an address is taken against the server, and refused if it is no web address", () => {
  assert.equal(safeUrl("/files/a.png", "https://host/x/"), "https://host/files/a.png");
  for (const wrong of ["javascript:1", "data:x", "blob:https://x/1", "", undefined]) assert.equal(safeUrl(wrong, "https://host/"), null);
});
