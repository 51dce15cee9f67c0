// The messages of one conversation as a list: merged without doubles, and laid out for the eye. Pure.

import type { Message } from "../contract";

/** A message as the thread shows it; `state` is set while the server has not answered for it. */
export interface Entry extends Message {
  state?: "sending" | "failed";
}

export type Row =
  | { kind: "day"; key: string; date: Date }
  | { kind: "note"; key: string; entry: Entry }
  | { kind: "bubble"; key: string; entry: Entry; own: boolean; first: boolean; last: boolean };

/** Bubbles of one sender closer than this stand together. */
const TOGETHER = 3 * 60 * 1000;

export function keyOf(entry: Entry): string {
  return entry.client_id || entry._id;
}

/** `list` with `incoming` put in: once each, by _id or client_id, oldest first. Later knowledge wins. */
export function merge(list: readonly Message[], incoming: readonly Message[]): Message[] {
  const byId = new Map<string, Message>();
  const byClient = new Map<string, string>();
  for (const message of [...list, ...incoming]) {
    const twin = message.client_id ? byClient.get(message.client_id) : undefined;
    const id = twin ?? message._id;
    if (twin && twin !== message._id) byId.delete(twin);
    byId.set(message._id, { ...byId.get(id), ...message });
    if (message.client_id) byClient.set(message.client_id, message._id);
  }
  return [...byId.values()].sort(byTime);
}

function byTime(a: Message, b: Message): number {
  const difference = time(a) - time(b);
  return difference || (a._id < b._id ? -1 : a._id > b._id ? 1 : 0);
}

export function time(message: Message): number {
  return Date.parse(message.createdAt) || 0;
}

/**
 * The id to ask `after`, so that nothing is missed: not the newest, because one with an earlier time may have been
 * committed a moment later. What comes twice is merged.
 */
export function resumeAfter(list: readonly Message[], overlap = 10_000): string | undefined {
  const newest = list.at(-1);
  if (!newest) return undefined;
  for (let i = list.length - 1; i >= 0; i--) {
    if (time(list[i]!) <= time(newest) - overlap) return list[i]!._id;
  }
  return undefined;
}

export function lay(entries: readonly Entry[], isOwn: (entry: Entry) => boolean): Row[] {
  const rows: Row[] = [];
  let day = "";
  let previous: Extract<Row, { kind: "bubble" }> | null = null;
  for (const entry of entries) {
    const date = new Date(time(entry));
    const today = date.toDateString();
    if (today !== day) {
      rows.push({ kind: "day", key: `day ${today}`, date });
      day = today;
      previous = null;
    }
    if (entry.sender === "system") {
      rows.push({ kind: "note", key: keyOf(entry), entry });
      previous = null;
      continue;
    }
    const own = isOwn(entry);
    const joined: boolean =
      previous !== null && previous.own === own && (own || previous.entry.sender === entry.sender) &&
      time(entry) - time(previous.entry) < TOGETHER;
    if (joined) previous!.last = false;
    previous = { kind: "bubble", key: keyOf(entry), entry, own, first: !joined, last: true };
    rows.push(previous);
  }
  return rows;
}

/** Up to three emoji and nothing else: shown large. */
export function isEmojiOnly(text: string): boolean {
  const bare = text.trim();
  if (!bare || bare.length > 40) return false;
  return /^(?:(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\uFE0F|\u20E3|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic})*)\s*){1,3}$/u.test(bare);
}
