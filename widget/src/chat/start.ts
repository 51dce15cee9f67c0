// The chat's entry: what the loader gets when it loads this file.

import type { Chat, Host } from "../contract";
import { App } from "./app";

export function start(host: Host): Chat {
  return new App(host);
}
