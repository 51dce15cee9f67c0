import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, foregroundOn, legibleOn, palette, parseHex, type Rgb } from "../src/color";

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

test("black on white has the highest contrast there is", () => {
  assert.equal(contrast(BLACK, WHITE), 21);
  assert.equal(contrast(WHITE, WHITE), 1);
});

test("a colour is read with three digits, six digits, and not at all", () => {
  assert.deepEqual(parseHex("#1f6feb"), [31, 111, 235]);
  assert.deepEqual(parseHex("fa0"), [255, 170, 0]);
  for (const wrong of ["", "red", "#12345", "url(x)", undefined]) assert.equal(parseHex(wrong), null);
});

test("the wished foreground is taken only where it can be read", () => {
  assert.deepEqual(foregroundOn(BLACK, [200, 220, 255]), [200, 220, 255]);
  assert.deepEqual(foregroundOn([255, 243, 176], WHITE), [21, 23, 28]);
});

test("every brand gives text of AA contrast, in light and in dark", () => {
  for (let r = 0; r <= 255; r += 51) {
    for (let g = 0; g <= 255; g += 51) {
      for (let b = 0; b <= 255; b += 51) {
        const brand = `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
        for (const dark of [false, true]) {
          const colors = palette(brand, "#ffffff", dark);
          const get = (name: string) => parseHex(colors[`--rd-${name}`])!;
          for (const [text, surface] of [["on-brand", "brand"], ["on-brand", "brand-strong"], ["accent", "bg"], ["accent", "bg2"], ["text", "bg2"], ["muted", "bg2"], ["muted", "bg3"], ["bad", "bg"], ["text", "bad-soft"]] as const) {
            const found = contrast(get(text), get(surface));
            assert.ok(found >= 4.5, `${text} on ${surface} is ${found.toFixed(2)} for ${brand}, ${dark ? "dark" : "light"}`);
          }
          assert.ok(contrast(get("line-strong"), get("bg")) >= 3, "the edge of a field can be seen");
        }
      }
    }
  }
});

test("a brand that is no colour falls back to the usual one", () => {
  assert.deepEqual(palette("javascript:alert(1)", undefined, false), palette(undefined, undefined, false));
});

test("a colour is moved no further than legibility needs", () => {
  assert.deepEqual(legibleOn(WHITE, [20, 40, 120], BLACK), [20, 40, 120]);
});
