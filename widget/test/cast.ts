// Who and what the tests speak of: a visitor, its agent, their messages, a browser's storage.

import type { Message } from "../src/contract";

export const VISITOR = "7c1d2a0e-0000-4000-8000-000000000001";
export const ANNA = "6b00000000000000000000a1";
export const RID = "support-group-6b0000000000000000000001-0123456789abcdef0123456789abcdef";

let made = 0;

/** A message `seconds` after noon. */
export function message(text: string, seconds = 0, more: Partial<Message> = {}): Message {
  made++;
  return {
    _id: made.toString(16).padStart(24, "0"),
    sender: ANNA,
    recipient: RID,
    type: "text",
    text,
    createdAt: new Date(Date.UTC(2026, 10, 22, 12, 0, seconds)).toISOString(),
    ...more,
  };
}

export class MemoryStorage {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return Object.hasOwn(this, key) ? String(this[key]) : null;
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

/** Puts what a browser has in place of what node has; undone by what is returned. */
export function browser(more: Record<string, unknown> = {}): () => void {
  const values: Record<string, unknown> = { navigator: {}, localStorage: new MemoryStorage(), addEventListener: () => undefined, ...more };
  const before = Object.keys(values).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  };
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}
