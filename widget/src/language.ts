// Which language the widget speaks, and which way it is written.

const RIGHT_TO_LEFT = new Set(["ar", "he", "fa", "ur"]);

/** The first usable tag: what the page or project forces, the page's language, the browser's. */
export function chooseLocale(candidates: (string | null | undefined)[]): string {
  for (const candidate of candidates) {
    const tag = candidate?.trim().replace(/_/g, "-");
    if (!tag) continue;
    try {
      const [canonical] = Intl.getCanonicalLocales(tag);
      if (canonical) return canonical;
    } catch {
      // Not a language tag: the next one may be.
    }
  }
  return "en";
}

export function firstPart(locale: string): string {
  const part = locale.split("-")[0]!.toLowerCase();
  return part === "iw" ? "he" : part;
}

export function direction(lang: string): "rtl" | "ltr" {
  return RIGHT_TO_LEFT.has(lang) ? "rtl" : "ltr";
}

/** A project's own text in the visitor's language. */
export function inLanguage(labels: unknown, locale: string): string {
  if (typeof labels === "string") return labels;
  if (!labels || typeof labels !== "object") return "";
  const table = labels as Record<string, unknown>;
  const found = table[locale] ?? table[firstPart(locale)] ?? table["default"] ?? table["en"] ?? Object.values(table)[0];
  return typeof found === "string" ? found : "";
}
