// Finds links in a text. Only http and https ever become links; everything else stays text. Pure.

export interface Piece {
  text: string;
  href?: string;
}

const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+/gi;
const CLOSERS: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** A text that somebody wrote in the chat. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const shown = withoutTail(found[0]);
    const href = safeUrl(/^www\./i.test(shown) ? `https://${shown}` : shown);
    if (!href) continue;
    if (found.index > from) pieces.push({ text: text.slice(from, found.index) });
    pieces.push({ text: shown, href });
    from = found.index + shown.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** A project's own text (form labels): also [text](address) and what is left of simple HTML in an imported project. */
export function labelPieces(text: string): Piece[] {
  const plain = text
    .replace(/<a\b[^>]*\bhref\s*=\s*["']([^"']*)["'][^>]*>([\s\S]*?)<\/a>/gi, "[$2]($1)")
    .replace(/<(?:br|\/p|\/div|\/li)\b[^>]*>/gi, "\n")
    .replace(/<\/?[a-z][^>]*>/gi, "");
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of plain.matchAll(/\[([^\]\n]+)\]\(([^\s)]+)\)/g)) {
    pieces.push(...linkify(plain.slice(from, found.index)));
    const href = safeUrl(found[2]!);
    pieces.push(href ? { text: found[1]!, href } : { text: found[1]! });
    from = found.index + found[0].length;
  }
  pieces.push(...linkify(plain.slice(from)));
  return pieces;
}

/** The address if it is http or https, else null. */
export function safeUrl(address: string | undefined, base?: string): string | null {
  if (!address) return null;
  try {
    const url = new URL(address, base);
    return (url.protocol === "https:" || url.protocol === "http:") && url.hostname ? url.href : null;
  } catch {
    return null;
  }
}

/** Punctuation after an address belongs to the sentence; a closing bracket only if it was opened in the address. */
function withoutTail(address: string): string {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1]!;
    if (/[.,;:!?…»”’]/.test(last)) continue;
    const opener = CLOSERS[last];
    const head = address.slice(0, end);
    if (opener && head.split(opener).length < head.split(last).length) continue;
    break;
  }
  return address.slice(0, end);
}
