import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { localeOfDates, Dates } from "../src/chat/dates";
import ar from "../src/chat/strings/ar";
import de from "../src/chat/strings/de";
import en from "../src/chat/strings/en";
import es from "../src/chat/strings/es";
import fr from "../src/chat/strings/fr";
import he from "../src/chat/strings/he";
import it from "../src/chat/strings/it";
import pt from "../src/chat/strings/pt";
import { chooseLocale, direction, firstPart, inLanguage } from "../src/language";
import { builtLanguage } from "../src/launcher-strings";

const TABLES: Record<string, Record<string, string>> = { ar, de, en, es, fr, he, it, pt };

test("the first usable language tag wins", () => {
  assert.equal(chooseLocale([undefined, "", "pt_br", "en"]), "pt-BR");
  assert.equal(chooseLocale(["not a tag!", null, "it"]), "it");
  assert.equal(chooseLocale([]), "en");
});

test("Arabic, Hebrew, Persian and Urdu are written from the right", () => {
  for (const lang of ["ar", "he", "fa", "ur"]) assert.equal(direction(lang), "rtl");
  assert.equal(direction("it"), "ltr");
  assert.equal(firstPart("iw-IL"), "he");
});

test("a label is taken in the visitor's language, else the default, else any", () => {
  const labels = { default: "Name", it: "Nome", "pt-BR": "Nome completo" };
  assert.equal(inLanguage(labels, "it-CH"), "Nome");
  assert.equal(inLanguage(labels, "pt-BR"), "Nome completo");
  assert.equal(inLanguage(labels, "de"), "Name");
  assert.equal(inLanguage({ fr: "Nom" }, "de"), "Nom");
  assert.equal(inLanguage("Plain", "de"), "Plain");
  assert.equal(inLanguage(undefined, "de"), "");
});

test("every language has every word, with the same places to fill, and a build", () => {
  const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
  for (const [lang, table] of Object.entries(TABLES)) {
    assert.deepEqual(Object.keys(table).sort(), Object.keys(en).sort(), lang);
    for (const [key, text] of Object.entries(en)) {
      assert.ok(table[key], `${lang}.${key} is empty`);
      assert.equal(places(table[key]!), places(text), `${lang}.${key}`);
    }
    assert.equal(table["language"], lang);
    assert.equal(builtLanguage(lang), lang, "the loader knows it");
  }
  const files = readdirSync("src/chat/strings").map((name) => name.replace(".ts", ""));
  assert.deepEqual(files.sort(), Object.keys(TABLES).sort());
  assert.equal(builtLanguage("nl"), "en");
});

test("dates follow the browser's own kind of the language", () => {
  assert.equal(localeOfDates("en", ["it-IT", "en-GB"]), "en-GB");
  assert.equal(localeOfDates("en-US", ["en-GB"]), "en-US");
  assert.equal(localeOfDates("de", ["en-GB"]), "de");
});

test("days are called today and yesterday, then by weekday, then by date", () => {
  const now = new Date(2026, 10, 22, 9);
  const dates = new Dates("en-GB");
  assert.equal(dates.day(new Date(2026, 10, 22, 0, 1), now), "Today");
  assert.equal(dates.day(new Date(2026, 10, 21, 23, 59), now), "Yesterday");
  assert.equal(dates.day(new Date(2026, 10, 18, 12), now), "Wednesday");
  assert.equal(dates.day(new Date(2026, 9, 1), now), "1 Oct");
  assert.equal(dates.day(new Date(2025, 9, 1), now), "1 Oct 2025");
});
