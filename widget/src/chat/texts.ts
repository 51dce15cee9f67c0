// A project's own texts, put over those of this build before anything is shown.

import type { Host } from "../contract";
import { firstPart } from "../language";
import { keyOf } from "./keys";
import { strings, type Strings } from "./strings";

const PATIENCE = 4_000;

/** The language in which the project has texts for this visitor, as it writes it; none if they would be in another. */
export function ownLanguage(written: readonly string[], locale: string, spoken: string): string | undefined {
  const wanted = [locale, firstPart(locale), spoken].map((lang) => lang.toLowerCase());
  for (const lang of wanted) {
    const found = written.find((each) => each.replace("_", "-").toLowerCase() === lang);
    if (found) return found;
  }
  return undefined;
}

/** The texts with those of `data` in the place of their own; what is no text is left out. */
export function adopt(table: Strings, data: unknown): void {
  if (!data || typeof data !== "object") return;
  const own = data as Record<string, unknown>;
  for (const name of Object.keys(table) as (keyof Strings)[]) {
    if (name === "language") continue;
    const text = own[keyOf(name)];
    if (typeof text === "string" && text.trim()) table[name] = text;
  }
}

/** Asks for the project's texts if it has some. Without an answer the visitor reads those of this build. */
export async function loadTexts({ base, project, info, locale }: Host): Promise<void> {
  const lang = ownLanguage(info.labels ?? [], locale, strings.language);
  if (!lang) return;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const answer = await fetch(`${base}/api/${project}/labels/${encodeURIComponent(lang)}`, { credentials: "omit", signal: abort.signal });
    if (answer.ok) adopt(strings, ((await answer.json()) as { data?: unknown }).data);
  } catch {
    // Not reached: the chat is worth more than its words.
  } finally {
    clearTimeout(timer);
  }
}
