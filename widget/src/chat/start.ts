// The chat's entry: what the loader gets when it loads this file.

import type { Chat, Host } from "../contract";
import { App } from "./app";
import { loadTexts } from "./texts";

export async function start(host: Host): Promise<Chat> {
  await loadTexts(host);
  return new App(host);
}
