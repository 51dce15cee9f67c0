// Where the visitor writes: grows to five lines, Enter sends, Shift+Enter makes a line.

import { h, icon, setAttribute, setText } from "./dom";
import { fill, type Strings } from "./strings";

export const LONGEST = 10_000;
const WARN_AT = 9_000;
const TYPING_EVERY = 3_000;

interface Hooks {
  send(text: string): void;
  changed(text: string): void;
  typing(): void;
}

export class Composer {
  readonly element: HTMLFormElement;
  readonly input: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement;
  private readonly counter: HTMLElement;
  private lastTyping = 0;

  constructor(
    private readonly t: Strings,
    private readonly hooks: Hooks,
  ) {
    this.input = h("textarea", {
      rows: "1",
      "aria-label": t.write,
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.typed(),
      onkeydown: (event: KeyboardEvent) => this.key(event),
    });
    this.button = h("button.send", { type: "submit", "aria-label": t.send, title: t.send, disabled: true }, icon("send"));
    this.counter = h("div.counter", { role: "status" });
    this.element = h(
      "form.composer",
      {
        onsubmit: (event: Event) => {
          event.preventDefault();
          this.submit();
        },
      },
      this.counter,
      h("div.field", null, this.input, this.button),
    );
    // A press on the button must not take the focus, and with it a phone's keyboard, from the text.
    this.button.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get text(): string {
    return this.input.value;
  }

  set text(text: string) {
    this.input.value = text;
    this.refresh();
  }

  set hint(hint: string) {
    if (this.input.placeholder !== hint) this.input.placeholder = hint;
  }

  /** Height and button follow the text; also to be called when the composer has just been put on the page. */
  refresh(): void {
    const { length } = this.input.value;
    const over = length - LONGEST;
    // An empty field with dir=auto would show its hint from the left in every language.
    setAttribute(this.input, "dir", length ? "auto" : null);
    this.button.disabled = !this.input.value.trim() || over > 0;
    this.counter.classList.toggle("is-over", over > 0);
    setText(this.counter, over > 0 ? fill(this.t.tooLong, { n: over }) : length > WARN_AT ? fill(this.t.left, { n: -over }) : "");
    this.input.style.setProperty("height", "auto");
    this.input.style.setProperty("height", `${this.input.scrollHeight}px`); // The sheet's max-height is five lines.
  }

  private typed(): void {
    this.refresh();
    this.hooks.changed(this.text);
    if (this.text && Date.now() - this.lastTyping > TYPING_EVERY) {
      this.lastTyping = Date.now();
      this.hooks.typing();
    }
  }

  private key(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a word. (keyCode 229: Safari says isComposing too late.)
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  private submit(): void {
    const text = this.text.trim();
    if (!text || this.text.length > LONGEST) return;
    this.text = "";
    this.lastTyping = 0;
    this.hooks.changed("");
    this.hooks.send(text);
    this.input.focus();
  }
}
