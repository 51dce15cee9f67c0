import assert from "node:assert/strict";
import { test } from "node:test";
import { asAttributes, check, choices, compile, inputKind, isAsked } from "../src/chat/validation";

test("what must be filled in is asked for, blanks do not count", () => {
  const field = { name: "userFullname", type: "text", mandatory: true };
  for (const answer of ["", "   ", undefined]) assert.equal(check(field, answer), "required");
  assert.equal(check(field, "Giulia"), null);
  assert.equal(check({ ...field, mandatory: false }, ""), null);
});

test("a consent must be ticked, a free tick need not", () => {
  const consent = { name: "consent", type: "checkbox", mandatory: true };
  assert.equal(check(consent, false), "tick");
  assert.equal(check(consent, true), null);
  assert.equal(check({ ...consent, mandatory: false }, false), null);
});

test("email and phone are looked at even without a pattern", () => {
  const email = { name: "userEmail" };
  for (const good of ["a@b.it", "giulia.rossi+x@sub.example.com"]) assert.equal(check(email, good), null);
  for (const bad of ["a", "a@b", "a b@c.it", "@b.it", "a@b."]) assert.equal(check(email, bad), "badEmail");
  assert.equal(check({ name: "userPhone" }, "+39 (06) 123-456"), null);
  assert.equal(check({ name: "userPhone" }, "call me"), "badPhone");
});

test("the project's pattern decides, and its own words say so", () => {
  const field = { name: "order", regex: "^A\\d{3}$" };
  assert.equal(check(field, "A123"), null);
  assert.equal(check(field, "123"), "badFormat");
  assert.equal(check({ ...field, errorLabel: "Like A123" }, "123"), "own");
  assert.equal(check({ ...field, name: "userEmail" }, "x"), "badEmail");
  assert.equal(check({ ...field, mandatory: true, errorLabel: "Like A123" }, ""), "required");
});

test("a pattern may stand between slashes; one that is none checks nothing", () => {
  assert.ok(compile("/^abc$/i")!.test("ABC"));
  const global = compile("/a/g")!;
  assert.ok(global.test("a") && global.test("a"), "a sticky position would refuse every second answer");
  assert.equal(compile("(unclosed"), null);
  assert.equal(check({ name: "x", regex: "(unclosed" }, "anything"), null);
});

test("static text is shown and never asked", () => {
  assert.equal(isAsked({ name: "", type: "static" }), false);
  assert.equal(check({ name: "s", type: "static", mandatory: true }, undefined), null);
});

test("known fields get their keyboard and their autocomplete", () => {
  assert.deepEqual(inputKind({ name: "userEmail" }), { type: "email", autocomplete: "email", ltr: true });
  assert.equal(inputKind({ name: "userPhone" }).type, "tel");
  assert.equal(inputKind({ name: "shoe_size" }).autocomplete, "off");
});

test("options are texts or values with labels", () => {
  assert.deepEqual(choices(["a", 2, { value: "c", label: { it: "Ci" } }, { name: "d" }, null, {}]), [
    { value: "a", label: "a" },
    { value: "2", label: "2" },
    { value: "c", label: { it: "Ci" } },
    { value: "d", label: "d" },
  ]);
});

test("answers travel whole, the known ones also by their own names", () => {
  assert.deepEqual(asAttributes({ userFullname: "Giulia", consent: true, topic: "x" }), {
    userFullname: "Giulia",
    preChatForm: { userFullname: "Giulia", consent: true, topic: "x" },
  });
});
