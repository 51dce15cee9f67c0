// What stands inside one bubble.

import type { Message } from "../contract";
import { h, icon } from "./dom";
import { linkify, safeUrl, type Piece } from "./linkify";
import { fill, type Strings } from "./strings";

/** One line for the list of conversations. */
export function plainText(message: Message, t: Strings): string {
  if (message.sender === "system") return noteText(message, t) ?? "";
  const text = message.text?.trim().slice(0, 200).replace(/\s+/g, " ");
  if (text) return text;
  return message.type === "image" ? t.image : message.type === "file" ? t.file : "";
}

/** A system's sentence in the visitor's language, as it came if we have no word for it; null if it is not for visitors. */
export function noteText(message: Message, t: Strings): string | null {
  const label = message.attributes?.messagelabel;
  const parameters = label?.parameters ?? {};
  const name = parameters["fullname"] || parameters["firstname"] || "";
  const known: Record<string, string | null> = {
    CHAT_CLOSED: t.wasClosed,
    CHAT_REOPENED: t.reopened,
    MEMBER_JOINED_GROUP: name && fill(t.joined, { name }),
    MEMBER_LEFT_GROUP: name && fill(t.departed, { name }),
    LEAD_UPDATED: null,
  };
  const text = label?.key && label.key in known ? known[label.key] : undefined;
  return text === null ? null : text || message.text || "";
}

export function content(message: Message, base: string, t: Strings): HTMLElement {
  const source = safeUrl(message.metadata?.src, `${base}/`);
  const caption = message.text && message.text !== message.metadata?.src ? message.text : "";
  const body = h("div.content", { dir: "auto" });
  if (message.type === "image" && source) {
    body.append(picture(message, source, t));
    if (caption && caption !== message.metadata?.name) body.append(text(linkify(caption), t));
  } else if (message.type === "file" && source) {
    const name = message.metadata?.name || caption || t.file;
    body.append(link({ text: name, href: source }, t, "file"));
    if (caption && caption !== name) body.append(text(linkify(caption), t));
  } else {
    body.append(text(linkify(message.text ?? ""), t));
  }
  return body;
}

function text(pieces: Piece[], t: Strings): HTMLElement {
  return h("div.text", { dir: "auto" }, ...inline(pieces, t));
}

/** Pieces as nodes: links as links, everything else as text. */
export function inline(pieces: Piece[], t: Strings): (Node | string)[] {
  return pieces.map((piece) => (piece.href ? link(piece, t) : piece.text));
}

function link(piece: Piece, t: Strings, drawn?: "file"): HTMLAnchorElement {
  return h(
    drawn ? "a.file" : "a",
    { href: piece.href, target: "_blank", rel: "noopener noreferrer nofollow" },
    drawn ? icon(drawn) : null,
    drawn ? h("bdi", null, piece.text) : piece.text,
    h("span.unseen", null, ` ${t.newTab}`),
  );
}

function picture(message: Message, source: string, t: Strings): HTMLElement {
  const { width, height, name } = message.metadata ?? {};
  const image = h("img.picture", { src: source, alt: name || t.image, loading: "lazy" });
  // Room is kept before the picture comes, so that the thread does not jump.
  if (width && height) image.style.setProperty("aspect-ratio", `${Number(width)} / ${Number(height)}`);
  const anchor = h("a.picture-link", { href: source, target: "_blank", rel: "noopener noreferrer" }, image, h("span.unseen", null, t.newTab));
  // Gone, or refused by the page's CSP: a link can still be followed.
  image.addEventListener("error", () => anchor.replaceWith(link({ text: name || t.image, href: source }, t, "file")));
  return anchor;
}
