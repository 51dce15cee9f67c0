// Making and keeping elements. Text only ever goes in as text.

type Child = Node | string | null | undefined | false;
type Properties = Record<string, unknown>;

/** `h("button.row", {type: "button", onclick}, …)`: on… are listeners, the rest attributes; null and false leave out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  selector: K | `${K}.${string}`,
  properties?: Properties | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag as K);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else setAttribute(element, name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

export function setAttribute(element: Element, name: string, value: unknown): void {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (value === true) element.setAttribute(name, "");
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** Sets the text only if it differs, so that a screen reader is not told the same again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Makes the children of `parent` those of `items`, in order, keeping the nodes that stay: focus, selection, scroll
 * and what a screen reader has read are not disturbed.
 */
export class KeyedList<T> {
  private readonly nodes = new Map<string, HTMLElement>();

  constructor(
    private readonly parent: HTMLElement,
    private readonly key: (item: T) => string,
    private readonly create: (item: T) => HTMLElement,
    private readonly update: (node: HTMLElement, item: T) => void = () => undefined,
  ) {}

  show(items: readonly T[]): void {
    const keys = new Set(items.map(this.key));
    for (const [key, node] of this.nodes) {
      if (keys.has(key)) continue;
      node.remove();
      this.nodes.delete(key);
    }
    let cursor = this.parent.firstElementChild;
    for (const item of items) {
      const key = this.key(item);
      const node = this.nodes.get(key) ?? this.create(item);
      this.nodes.set(key, node);
      this.update(node, item);
      if (node === cursor) cursor = cursor.nextElementSibling;
      else this.parent.insertBefore(node, cursor);
    }
  }
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  back: "M14.5 5.5 8 12l6.5 6.5",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9.5l6 6 6-6",
  forward: "M9.5 5.5 16 12l-6.5 6.5",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  send: "M12 19.5v-15M5.5 11 12 4.5l6.5 6.5",
  plus: "M12 5v14M5 12h14",
  check: "M5 12.5l4.5 4.5L19 7.5",
  star: "M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z",
  file: "M14 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8zM14 3.5V8h4.5",
  alert: "M12 8v5M12 16.5h.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
  archive: "M4.5 8.5h15M5.5 8.5V18A1.5 1.5 0 0 0 7 19.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5M4.5 4.5h15v4h-15zM10 12.5h4",
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only an icon; `name` is what a screen reader says and the tooltip shows. */
export function iconButton(name: string, drawn: IconName, onclick: (event: MouseEvent) => void): HTMLButtonElement {
  return h("button.icon-button", { type: "button", "aria-label": name, title: name, onclick }, icon(drawn));
}
