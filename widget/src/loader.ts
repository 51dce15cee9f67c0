// The first thing on the page: one request, the launcher, and the JavaScript API. The chat comes when it is needed.

import type { Chat, EventName, Host, WidgetInfo } from "./contract";
import { palette } from "./color";
import { chooseLocale, direction, firstPart } from "./language";
import { builtLanguage, launcherStrings } from "./launcher-strings";
import sheet from "./launcher.css";
import { Vault } from "./vault";

/** The hash in the names of the chat's files, put in by build.mjs. */
declare const CHAT_HASH: string;

type Listener = (detail?: unknown) => void;
type Call = [string, ...unknown[]];

const FULL_SCREEN = "(max-width: 480px), (max-height: 440px)";
const SVG = "http://www.w3.org/2000/svg";

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>("script[data-project][src*='widget']");
const given = (window as { Rolodesk?: { q?: Call[]; open?: unknown } }).Rolodesk;

if (given?.open) console.warn("Rolodesk: the widget is already on this page.");
else if (!script?.dataset["project"]) console.warn("Rolodesk: the script needs data-project.");
else begin(script, script.dataset["project"]);

function begin(script: HTMLScriptElement, project: string): void {
  const base = new URL(".", script.src).href.replace(/\/$/, "");
  const vault = new Vault(base, project);
  const listeners = new Map<string, Set<Listener>>();
  const attributes: Record<string, unknown> = {};
  let ready = false;
  let hidden = false;
  let opened = false;
  let chat: Promise<Chat> | null = null;
  let host: Host | null = null;
  let draw: () => void = () => undefined;
  let unread = vault.read<number>("unread") ?? 0;
  let waiting: Call[] = [...(given?.q ?? [])];

  const emit = (event: EventName, detail?: unknown): void => {
    for (const listener of listeners.get(event) ?? []) {
      try {
        listener(detail);
      } catch (error) {
        console.error(error);
      }
    }
  };

  const loadChat = (): Promise<Chat> => {
    chat ??= importChat(chatName(base, host!.lang)).then(
      ({ start }) => start(host!),
      (error: unknown) => {
        chat = null;
        console.error("Rolodesk: the chat could not be loaded.", error);
        throw error;
      },
    );
    return chat;
  };

  const open = (byVisitor: boolean): void => {
    if (opened) return;
    opened = true;
    remember("1");
    host!.root.toggleAttribute("data-loading", true);
    draw();
    loadChat().then(
      (loaded) => {
        host!.root.removeAttribute("data-loading");
        if (opened) loaded.open(byVisitor);
      },
      () => {
        host!.root.removeAttribute("data-loading");
        close();
      },
    );
  };

  const close = (): void => {
    if (!opened) return;
    opened = false;
    remember(null);
    draw();
    void chat?.then((loaded) => loaded.close());
  };

  // The panel stays open from page to page of a site, in this tab.
  const remember = (value: string | null): void => {
    try {
      const key = `rolodesk|${base}|${project}|open`;
      if (value) sessionStorage.setItem(key, value);
      else sessionStorage.removeItem(key);
    } catch {
      // Storage is blocked: every page begins closed.
    }
  };
  const wasOpen = (): boolean => {
    try {
      return !!sessionStorage.getItem(`rolodesk|${base}|${project}|open`);
    } catch {
      return false;
    }
  };

  const verbs: Record<string, (...args: never[]) => unknown> = {
    open: () => open(true),
    close,
    show: () => {
      hidden = false;
      draw();
    },
    hide: () => {
      hidden = true;
      close();
      draw();
    },
    signIn: (token: string) => loadChat().then((loaded) => loaded.signIn(token)),
    signOut: () => loadChat().then((loaded) => loaded.signOut()),
    setAttributes: (more: object) => void Object.assign(attributes, more),
    on: (event: string, listener: Listener) => {
      if (!listeners.has(event)) listeners.set(event, new Set());
      listeners.get(event)!.add(listener);
      if (event === "ready" && ready) queueMicrotask(() => listener());
      return () => void listeners.get(event)?.delete(listener);
    },
  };
  // These three need no server; the others wait until the launcher is there.
  const atOnce = new Set(["on", "setAttributes", "show"]);

  const call = (name: string, args: unknown[]): unknown => {
    if (!Object.hasOwn(verbs, name)) return console.warn(`Rolodesk: there is no "${name}".`);
    if (ready || atOnce.has(name)) return (verbs[name] as (...args: unknown[]) => unknown)(...args);
    return new Promise((resolve) => {
      waiting.push([name, ...args]);
      later.push(resolve);
    });
  };
  const later: ((value: unknown) => void)[] = [];

  const api: Record<string, unknown> = { q: { push: (entry: Call) => call(entry[0], entry.slice(1)) } };
  for (const name of Object.keys(verbs)) api[name] = (...args: unknown[]) => call(name, args);
  (window as { Rolodesk?: unknown }).Rolodesk = api;

  // Calls that were queued before this file came: listeners first, so that they hear of everything.
  const queued = waiting;
  waiting = [];
  for (const entry of queued) void call(entry[0], entry.slice(1));

  void getInfo(`${base}/api/${encodeURIComponent(project)}/widgets`).then((info) => {
    if (info) whenBody(() => appear(info));
  });

  function appear(info: WidgetInfo): void {
    const settings = info.project.widget ?? {};
    const locale = chooseLocale([script.dataset["lang"], settings.lang, document.documentElement.lang, navigator.language]);
    const lang = firstPart(locale);
    const strings = launcherStrings(lang);

    const element = document.createElement("rolodesk-widget");
    const shadow = element.attachShadow({ mode: "open" });
    const root = document.createElement("div");
    root.className = "root";
    root.lang = locale;
    root.dir = direction(lang);
    root.dataset["align"] = (script.dataset["align"] ?? settings.align) === "left" ? "left" : "right";
    const launcher = document.createElement("button");
    launcher.type = "button";
    launcher.className = "launcher";
    launcher.append(
      drawing("chat", "M12 3c5.2 0 9 3.4 9 7.9s-3.8 7.9-9 7.9c-.9 0-1.8-.1-2.6-.3L4.9 20.8c-.4.2-.8-.2-.7-.6l.9-3.7C3.8 15 3 13.1 3 10.9 3 6.4 6.8 3 12 3Z"),
      drawing("down", "M6.5 9.5l5.5 5.5 5.5-5.5"),
    );
    const badge = document.createElement("span");
    badge.className = "badge";
    badge.setAttribute("aria-hidden", "true");
    launcher.append(badge);
    root.append(launcher);
    shadow.append(root);
    addSheet(shadow, sheet, script.nonce);

    draw = () => {
      root.toggleAttribute("data-hidden", hidden);
      root.toggleAttribute("data-open", opened);
      badge.textContent = unread > 99 ? "99+" : unread ? String(unread) : "";
      launcher.setAttribute("aria-expanded", String(opened));
      const label = opened ? strings.close : strings.open;
      launcher.setAttribute("aria-label", unread && !opened ? `${label}, ${strings.unread.replace("{n}", String(unread))}` : label);
    };
    launcher.addEventListener("click", () => (opened ? close() : open(true)));
    // The chat is on its way as soon as the visitor's hand is.
    launcher.addEventListener("pointerenter", () => prefetch(`${chatName(base, lang)}-${CHAT_HASH}.js`, script.nonce), { once: true });

    followTheme(root, script.dataset["theme"], settings.themeColor, settings.themeForegroundColor);
    host = {
      base,
      project,
      info,
      locale,
      lang,
      shadow,
      root,
      launcher,
      attributes,
      addSheet: (css) => addSheet(shadow, css, script.nonce),
      emit,
      setUnread: (count) => {
        if (count === unread) return;
        unread = count;
        draw();
        emit("unread", { count });
      },
      open: () => open(true),
      close,
    };
    draw();
    // Not into <body>: frameworks replace it, and a transform on it would move what is fixed.
    document.documentElement.append(element);

    ready = true;
    emit("ready");
    const calls = waiting;
    waiting = [];
    calls.forEach(([name, ...args], i) => later[i]?.(call(name, args)));

    if (script.dataset["open"] !== undefined && script.dataset["open"] !== "false") open(false);
    else if (wasOpen() && !matchMedia(FULL_SCREEN).matches) open(false);
    // A visitor with conversations, or with messages not yet sent, gets a live badge: the chat comes from the
    // browser's cache when the page has nothing else to do. Everybody else costs the server nothing more.
    if (vault.read("session") && (vault.read("unread") !== null || vault.names("unsent|").length)) {
      whenIdle(() => void loadChat().catch(() => undefined));
    }
  }
}

function chatName(base: string, lang: string): string {
  return `${base}/static/widget/chat-${builtLanguage(lang)}`;
}

function importChat(name: string): Promise<{ start(host: Host): Promise<Chat> }> {
  // After an upgrade of the server the hashed name of an old page is gone; the lasting name is asked then. The
  // stamp is there because a browser may keep a failed module.
  return import(`${name}-${CHAT_HASH}.js`).catch(() => import(`${name}.js?${Date.now()}`));
}

function prefetch(url: string, nonce: string): void {
  const link = document.createElement("link");
  link.nonce = nonce;
  link.rel = "modulepreload";
  link.href = url;
  document.head.append(link);
}

async function getInfo(url: string): Promise<WidgetInfo | null> {
  for (const pause of [4000, 15000, 60000, 0]) {
    try {
      const answer = await fetch(url, { credentials: "omit" });
      if (answer.ok) return (await answer.json()) as WidgetInfo;
      if (answer.status < 500 && answer.status !== 429) {
        console.warn(`Rolodesk: ${url} answered ${answer.status}.`);
        return null;
      }
    } catch {
      // No network yet: tried again below.
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return null;
}

function whenBody(work: () => void): void {
  if (document.body) work();
  else addEventListener("DOMContentLoaded", work, { once: true });
}

function whenIdle(work: () => void): void {
  const wait = () => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: 3000 });
    else setTimeout(work, 1200);
  };
  const visible = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", visible);
    if (document.readyState === "complete") wait();
    else addEventListener("load", wait, { once: true });
  };
  document.addEventListener("visibilitychange", visible);
  visible();
}

/** Colours of the brand, light or dark as the script tag, the page (`<html data-theme>`) or the system says. */
function followTheme(root: HTMLElement, forced: string | undefined, brand: string | undefined, foreground: string | undefined): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const wish = [forced, document.documentElement.dataset["theme"]].find((theme) => theme === "dark" || theme === "light");
    const dark = wish ? wish === "dark" : system.matches;
    root.dataset["scheme"] = dark ? "dark" : "light";
    for (const [name, value] of Object.entries(palette(brand, foreground, dark))) root.style.setProperty(name, value);
  };
  system.addEventListener("change", apply);
  new MutationObserver(apply).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  apply();
}

/** A constructed sheet is not subject to the page's CSP; a <style> with the script's nonce where there are none. */
function addSheet(shadow: ShadowRoot, css: string, nonce: string): void {
  try {
    const constructed = new CSSStyleSheet();
    constructed.replaceSync(css);
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, constructed];
  } catch {
    const style = document.createElement("style");
    style.nonce = nonce;
    style.textContent = css;
    shadow.prepend(style);
  }
}

function drawing(name: string, path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
