// The pre-chat form: asks what the server says is still unknown, and complains beside the field.

import type { Navigation, View } from "./app";
import type { Desk, Draft } from "./desk";
import { h, icon, setAttribute } from "./dom";
import { header } from "./header";
import { labelPieces } from "./linkify";
import { inline } from "./message";
import { check, choices, inputKind, isAsked, type Answer, type Answers, type FormField } from "./validation";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Line {
  field: FormField;
  control: Control;
  error: HTMLElement;
}

export class FormView implements View {
  readonly element: HTMLElement;
  private readonly body: HTMLElement;
  private lines: Line[] = [];
  private left = false;
  private sent = false;

  constructor(
    private readonly desk: Desk,
    private readonly go: Navigation,
    private readonly draft: Draft,
  ) {
    this.body = h("div.form-body");
    this.element = h("div.view", null, header(desk, go, () => go.home(), desk.t.newConversation), this.body);
    void this.load();
  }

  render(): void {
    // The form does not change with the conversations.
  }

  leave(): void {
    this.left = true;
  }

  discard(): void {
    this.left = true;
  }

  focus(): void {
    const first = this.lines[0]?.control;
    if (first && !matchMedia("(pointer: coarse)").matches) first.focus();
    else this.element.querySelector<HTMLElement>(".bar-title")?.focus({ preventScroll: true });
  }

  private async load(): Promise<void> {
    this.body.replaceChildren(h("div.spinner", { role: "status", "aria-label": this.desk.t.loading }));
    try {
      const fields = await this.desk.form();
      if (this.left) return;
      if (fields.some(isAsked)) this.ask(fields);
      else this.go.begin(this.draft);
    } catch {
      if (this.left) return;
      const retry = h("button.primary", { type: "button", onclick: () => void this.load() }, this.desk.t.retry);
      this.body.replaceChildren(h("div.failed", { role: "alert" }, icon("alert"), this.desk.t.loadFailed, retry));
    }
  }

  private ask(fields: FormField[]): void {
    const { t } = this.desk;
    this.lines = [];
    const form = h(
      "form.form",
      {
        novalidate: true,
        onsubmit: (event: Event) => {
          event.preventDefault();
          this.submit();
        },
      },
      h("div.form-fields", null, ...fields.map((field, i) => this.line(field, `rd-field-${i}`))),
      h("div.foot", null, h("button.primary", { type: "submit" }, t.startChat)),
    );
    this.body.replaceChildren(form);
    this.focus();
  }

  private line(field: FormField, id: string): HTMLElement {
    const { t } = this.desk;
    const label = this.labelOf(field);
    const words = inline(labelPieces(label), t);
    if (!isAsked(field)) return h("p.static", { dir: "auto" }, ...words);

    const control = this.control(field, id);
    const error = h("p.error", { id: `${id}-error`, role: "alert" });
    const line = { field, control, error };
    this.lines.push(line);
    setAttribute(control, "aria-required", field.mandatory ? "true" : null);
    control.addEventListener("blur", () => {
      if (control.value || error.textContent) this.complain(line, false);
    });
    const direct = () => {
      if (!inputKind(field).ltr) setAttribute(control, "dir", control.value ? "auto" : null);
    };
    direct();
    control.addEventListener("input", () => {
      direct();
      if (error.textContent) this.complain(line, false);
    });
    if (field.type === "checkbox") {
      return h("div.line", null, h("label.tick", { for: id }, control, h("span", { dir: "auto" }, ...words, star(field))), error);
    }
    return h("div.line", null, h("label", { for: id, dir: "auto" }, ...words, star(field)), control, error);
  }

  private control(field: FormField, id: string): Control {
    const { t } = this.desk;
    const value = this.draft.answers?.[field.name] ?? field.value;
    const shared = { id, name: field.name, "aria-describedby": `${id}-error` };
    if (field.type === "checkbox") return h("input", { ...shared, type: "checkbox", checked: value === true || value === "true" });
    if (field.type === "select") {
      const options = choices(field.options);
      const select = h("select", shared, h("option", { value: "" }, t.choose));
      for (const option of options) {
        select.append(h("option", { value: option.value, selected: option.value === value }, this.desk.text(option.label)));
      }
      return select;
    }
    const text = typeof value === "string" ? value : "";
    if (field.type === "textarea" || field.name === "firstMessage") {
      const area = h("textarea", { ...shared, rows: field.rows || 3, maxlength: field.name === "firstMessage" ? 10000 : 2000 });
      area.value = field.name === "firstMessage" && this.draft.text ? this.draft.text : text;
      return area;
    }
    const { type, autocomplete, ltr } = inputKind(field);
    const input = h("input", { ...shared, type, autocomplete, maxlength: "500", dir: ltr ? "ltr" : null });
    input.value = text;
    return input;
  }

  private labelOf(field: FormField): string {
    const { t } = this.desk;
    const built: Record<string, string> = { userFullname: t.fullname, userEmail: t.email, userPhone: t.phone, firstMessage: t.message };
    const label = this.desk.text(field.label);
    // Imported projects name the usual labels by a key of the product they come from.
    return (/^LABEL_/.test(label) ? "" : label) || built[field.name] || field.name;
  }

  private submit(): void {
    if (this.sent) return;
    const wrong = this.lines.filter((line) => this.complain(line, true));
    if (wrong.length) {
      wrong[0]!.control.focus();
      return;
    }
    const answers: Answers = {};
    for (const line of this.lines) {
      const answer = answerOf(line.control);
      if (answer !== "") answers[line.field.name] = answer;
    }
    const first = answers["firstMessage"];
    const draft: Draft = { ...this.draft, answers, text: typeof first === "string" ? "" : this.draft.text };
    if (typeof first === "string") {
      this.sent = true;
      this.desk.writeDraft("new", null);
      void this.desk.post(draft.rid, first, answers).then(
        () => this.go.thread(draft.rid),
        () => {
          // Nobody could be signed in just now: the text waits in the composer.
          this.go.begin({ ...draft, text: first });
        },
      );
      return;
    }
    this.desk.writeDraft("new", draft);
    this.go.begin(draft);
  }

  /** Shows what is wrong with one answer, or takes it back. */
  private complain({ field, control, error }: Line, strict: boolean): boolean {
    let complaint = check(field, answerOf(control));
    if (!strict && (complaint === "required" || complaint === "tick") && !error.textContent) complaint = null;
    error.textContent = !complaint ? "" : complaint === "own" ? this.desk.text(field.errorLabel) : this.desk.t[complaint];
    setAttribute(control, "aria-invalid", complaint ? "true" : null);
    return !!complaint;
  }
}

function answerOf(control: Control): Answer {
  return control instanceof HTMLInputElement && control.type === "checkbox" ? control.checked : control.value.trim();
}

function star(field: FormField): HTMLElement | null {
  return field.mandatory ? h("span.star", { "aria-hidden": "true" }, "*") : null;
}
