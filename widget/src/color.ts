// The brand's colour made legible: WCAG contrast, and the palette of one theme.

export type Rgb = readonly [number, number, number];

export const DEFAULT_BRAND = "#2f5bea";
const AA = 4.5;

export function parseHex(text: string | undefined): Rgb | null {
  const found = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec((text ?? "").trim());
  if (!found) return null;
  let hex = found[1]!;
  if (hex.length === 3) hex = hex.replace(/./g, "$&$&");
  const value = parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function toHex(color: Rgb): string {
  return "#" + color.map((part) => part.toString(16).padStart(2, "0")).join("");
}

export function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** `share` of `b` in `a`. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => Math.round(a[i]! + (b[i]! - a[i]!) * share)) as unknown as Rgb;
}

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [21, 23, 28];
const BLACK: Rgb = [0, 0, 0];

/** The wished foreground if it can be read on `background`, else white, ink or black, whichever can first. */
export function foregroundOn(background: Rgb, wished?: Rgb | null): Rgb {
  for (const color of [wished, WHITE, INK]) {
    if (color && contrast(color, background) >= AA) return color;
  }
  return BLACK;
}

/** `color` moved towards `ink` until it can be read as text on `surface`. */
export function legibleOn(surface: Rgb, color: Rgb, ink: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(color, ink, share);
    if (contrast(tried, surface) >= AA) return tried;
  }
  return ink;
}

/** The custom properties of one theme. */
export function palette(brandText: string | undefined, wishedText: string | undefined, dark: boolean): Record<string, string> {
  const brand = parseHex(brandText) ?? parseHex(DEFAULT_BRAND)!;
  const surface: Rgb = dark ? [24, 26, 31] : WHITE;
  const ink: Rgb = dark ? [242, 243, 245] : INK;
  const on = foregroundOn(brand, parseHex(wishedText));
  const raised: Rgb = dark ? [37, 40, 47] : [241, 242, 245];
  const accent = legibleOn(raised, brand, ink);
  // A brand that is nearly the surface's own colour needs a line around it, else bubbles and header have no edge.
  const edge = contrast(brand, surface) < 1.45 ? mix(brand, foregroundOn(brand), 0.2) : brand;
  return {
    "--rd-brand": toHex(brand),
    "--rd-on-brand": toHex(on),
    // Away from the foreground, so that text on it reads no worse.
    "--rd-brand-strong": toHex(mix(brand, luminance(on) > 0.5 ? BLACK : WHITE, 0.16)),
    "--rd-edge": toHex(edge),
    "--rd-accent": toHex(accent),
    "--rd-soft": toHex(mix(surface, accent, dark ? 0.16 : 0.08)),
    "--rd-bg": toHex(surface),
    "--rd-bg2": toHex(raised),
    "--rd-bg3": dark ? "#30343c" : "#e6e8ed",
    "--rd-line": dark ? "#343841" : "#e4e6eb",
    "--rd-line-strong": dark ? "#7b818d" : "#868c98",
    "--rd-text": toHex(ink),
    "--rd-muted": dark ? "#a9afba" : "#5a606c",
    "--rd-bad": dark ? "#ff8f85" : "#c0261c",
    "--rd-bad-soft": dark ? "#3b2223" : "#fdeceb",
    "--rd-good": dark ? "#4ecb83" : "#1f9d57",
    "--rd-shade": dark ? "rgba(0,0,0,.55)" : "rgba(16,20,32,.2)",
  };
}
