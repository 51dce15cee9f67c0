// The visitor's conversations and their messages, as far as they are known here. No network, no page.

import type { Message, Person, Request } from "../contract";
import { merge } from "./timeline";

export interface Conversation {
  rid: string;
  closed: boolean;
  agents: Person[];
  /** Null until a message of it is known. */
  last: Message | null;
  firstText: string;
  updated: number;
  unread: number;
  rating: number;
  messages: Message[];
  /** All messages up to the newest have been fetched once. */
  whole: boolean;
  /** Ids that are the visitor's own in this conversation, besides the session's. */
  requester: string[];
  /** The newest message that the team has seen. */
  seenByTeam: string | null;
  /** The newest message when the visitor last saw the thread. */
  seen: string | null;
  /** A message has come that the server does not know to be seen. */
  unreported: boolean;
  /** The turn in which it was last heard of live. */
  heard: number;
}

interface Hooks {
  /** The sender is this visitor. */
  isMine(sender: string): boolean;
  /** What comes into that conversation is read as it comes. */
  isRead(rid: string): boolean;
  changed(): void;
}

const CLOSED = 1000;

export class Conversations {
  private readonly all = new Map<string, Conversation>();
  /** The first answer of the server is here. */
  loaded = false;
  /** Counts what is heard live. */
  turn = 0;

  constructor(private readonly hooks: Hooks) {}

  get(rid: string): Conversation | undefined {
    return this.all.get(rid);
  }

  /** Newest activity first. */
  list(): Conversation[] {
    return [...this.all.values()].sort((a, b) => b.updated - a.updated);
  }

  get size(): number {
    return this.all.size;
  }

  get unread(): number {
    let sum = 0;
    for (const conversation of this.all.values()) sum += conversation.unread;
    return sum;
  }

  clear(): void {
    this.all.clear();
    this.loaded = false;
    this.hooks.changed();
  }

  /** Takes in what has just happened. */
  hearRequests(requests: readonly Request[]): void {
    this.turn++;
    for (const { request_id: rid } of requests) if (rid) this.at(rid).heard = this.turn;
    this.takeRequests(requests);
  }

  /**
   * Takes in what the API says of conversations; what an answer leaves out stays as it was. Of an answer that was
   * asked for in an earlier turn, what was heard since is newer.
   */
  takeRequests(requests: readonly Request[], asked = this.turn): void {
    for (const request of requests) {
      const { request_id: rid, status, unread, rating, participatingAgents, attributes, lead, requester_id } = request;
      if (!rid) continue;
      const conversation = this.at(rid);
      const isOld = conversation.heard > asked;
      if (status !== undefined && !isOld) conversation.closed = status === CLOSED;
      if (rating !== undefined && !isOld) conversation.rating = rating ?? 0;
      if (participatingAgents && !isOld) conversation.agents = participatingAgents.filter((agent) => typeof agent === "object");
      if (request.first_text) conversation.firstText = request.first_text;
      for (const id of [lead?.lead_id, requester_id]) {
        if (id && !conversation.requester.includes(id)) conversation.requester.push(id);
      }
      const last = attributes?.last_message;
      if (last?._id && newer(last, conversation.last)) {
        const isNew = !this.isKnown(conversation, last) && this.isTeams(conversation, last);
        if (unread === undefined && isNew && !this.hooks.isRead(rid)) conversation.unread++;
        conversation.last = last;
      }
      // The count may have been made before the server heard what has been seen here.
      if (unread !== undefined) {
        const known = isOld ? Math.max(unread, conversation.unread) : unread;
        conversation.unread = conversation.last?._id === conversation.seen ? 0 : known;
      }
      conversation.updated = Math.max(
        conversation.updated,
        Date.parse(last?.createdAt ?? "") || 0,
        Date.parse(request.updatedAt ?? request.createdAt ?? "") || 0,
      );
    }
    this.hooks.changed();
  }

  /**
   * Takes in messages that were fetched or heard. Returns those that are news: of somebody else, and not known before.
   * `live` ones count as unread; fetched ones are in the server's own count.
   */
  takeMessages(messages: readonly Message[], live: boolean): Message[] {
    const news: Message[] = [];
    for (const message of messages) {
      if (!message?.recipient || !message._id) continue;
      const conversation = this.at(message.recipient);
      const heard = conversation.messages.some((other) => other._id === message._id);
      const counted = this.isKnown(conversation, message);
      conversation.messages = merge(conversation.messages, [message]);
      if (newer(message, conversation.last)) conversation.last = message;
      conversation.updated = Math.max(conversation.updated, Date.parse(message.createdAt) || 0);
      if (!this.isTeams(conversation, message)) continue;
      if (!heard) news.push(message);
      // It may already be in the count that came with the conversation's own change.
      if (live && !counted && !this.hooks.isRead(conversation.rid)) conversation.unread++;
      if (live) conversation.unreported = true;
    }
    this.hooks.changed();
    return news;
  }

  /** The whole thread, as fetched. */
  takeThread(rid: string, messages: readonly Message[]): void {
    const conversation = this.at(rid);
    conversation.messages = merge(conversation.messages, messages);
    conversation.whole = true;
    const last = conversation.messages.at(-1);
    if (last && newer(last, conversation.last)) conversation.last = last;
    this.hooks.changed();
  }

  isOwn(conversation: Conversation | undefined, message: Message): boolean {
    return this.hooks.isMine(message.sender) || !!conversation?.requester.includes(message.sender);
  }

  private isTeams(conversation: Conversation, message: Message): boolean {
    return message.sender !== "system" && !this.isOwn(conversation, message);
  }

  private isKnown(conversation: Conversation, message: Message): boolean {
    return conversation.last?._id === message._id || conversation.messages.some((other) => other._id === message._id);
  }

  /** Everything is seen. Says whether that is news. */
  seenByVisitor(rid: string): boolean {
    const conversation = this.all.get(rid);
    if (!conversation) return false;
    const isNews = conversation.unread > 0 || conversation.unreported;
    conversation.unreported = false;
    conversation.seen = conversation.last?._id ?? null;
    if (conversation.unread) {
      conversation.unread = 0;
      this.hooks.changed();
    }
    return isNews;
  }

  seenByTeam(rid: string, messageId: string): void {
    const conversation = this.all.get(rid);
    if (!conversation) return;
    conversation.seenByTeam = messageId;
    this.hooks.changed();
  }

  private at(rid: string): Conversation {
    let conversation = this.all.get(rid);
    if (!conversation) {
      conversation = blank(rid);
      this.all.set(rid, conversation);
    }
    return conversation;
  }
}

export function blank(rid: string): Conversation {
  return {
    rid,
    closed: false,
    agents: [],
    last: null,
    firstText: "",
    updated: 0,
    unread: 0,
    rating: 0,
    messages: [],
    whole: false,
    requester: [],
    seenByTeam: null,
    seen: null,
    unreported: false,
    heard: 0,
  };
}

function newer(message: Message, than: Message | null): boolean {
  return !than || (Date.parse(message.createdAt) || 0) >= (Date.parse(than.createdAt) || 0);
}

/** A name as people write it, or nothing. */
export function nameOf(person: Person): string {
  return [person.firstname, person.lastname].filter(Boolean).join(" ").trim();
}
