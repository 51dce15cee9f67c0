// Times and days in the visitor's language.

/** The browser's own kind of a language knows more than the page's: `en-GB` writes times otherwise than `en`. */
export function localeOfDates(spoken: string, browser: readonly string[]): string {
  if (spoken.includes("-")) return spoken;
  return browser.find((tag) => tag.toLowerCase().startsWith(`${spoken}-`)) ?? spoken;
}

export class Dates {
  private readonly clock: Intl.DateTimeFormat;
  private readonly weekday: Intl.DateTimeFormat;
  private readonly date: Intl.DateTimeFormat;
  private readonly dateWithYear: Intl.DateTimeFormat;
  private readonly full: Intl.DateTimeFormat;
  private readonly relative: Intl.RelativeTimeFormat;

  constructor(private readonly locale: string) {
    this.clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
    this.weekday = new Intl.DateTimeFormat(locale, { weekday: "long" });
    this.date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
    this.dateWithYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
    this.full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });
    this.relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  }

  time(date: Date): string {
    return this.clock.format(date);
  }

  exact(date: Date): string {
    return this.full.format(date);
  }

  /** The heading of a day in the thread. */
  day(date: Date, now = new Date()): string {
    const days = daysBetween(date, now);
    if (days === 0 || days === 1) return this.capital(this.relative.format(-days, "day"));
    if (days > 1 && days < 7) return this.capital(this.weekday.format(date));
    return (date.getFullYear() === now.getFullYear() ? this.date : this.dateWithYear).format(date);
  }

  /** Beside a conversation in the list: the time if it was today, else the day. */
  short(date: Date, now = new Date()): string {
    return daysBetween(date, now) === 0 ? this.time(date) : this.day(date, now);
  }

  private capital(text: string): string {
    return text.charAt(0).toLocaleUpperCase(this.locale) + text.slice(1);
  }
}

function daysBetween(earlier: Date, later: Date): number {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000);
}
