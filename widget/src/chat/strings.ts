// Every word the chat says. Each language is a build of its own, so that a visitor loads only the words it reads.

import words from "words-of-this-build";
import type en from "./strings/en";

export type Strings = Record<keyof typeof en, string>;

export const strings: Strings = words;

/** Puts values into a sentence: {n} is a number, {name} a person. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
