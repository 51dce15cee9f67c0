// Five stars and a word after a conversation is closed.

import type { Desk } from "./desk";
import { h, icon } from "./dom";
import { fill } from "./strings";

export class Rating {
  readonly element: HTMLElement;
  private stars = 0;
  private sent = false;

  constructor(
    private readonly desk: Desk,
    private readonly rid: string,
    private readonly grown: () => void,
  ) {
    this.element = h("div.rating", { hidden: true });
  }

  /** `rated` is what the server knows; 0 asks. */
  show(closed: boolean, rated: number): void {
    const state = !closed ? "" : rated || this.sent ? `rated ${rated || this.stars}` : "ask";
    this.element.hidden = !state;
    if (this.element.dataset["state"] === state) return;
    this.element.dataset["state"] = state;
    if (state === "ask") this.ask();
    else if (state) this.thank(rated || this.stars);
  }

  private ask(): void {
    const { t } = this.desk;
    const more = h("div.rating-more", { hidden: true });
    const comment = h("textarea", { rows: "2", dir: "auto", maxlength: "2000", "aria-label": t.rateComment, placeholder: t.rateComment });
    const problem = h("p.error", { role: "alert" });
    const send = h("button.primary", { type: "button", onclick: () => void this.send(comment.value, send, problem) }, t.rateSend);
    more.append(comment, problem, send);
    const group = `stars-${this.rid}`;
    const choices = [1, 2, 3, 4, 5].map((n) =>
      h(
        "label.star-label",
        { title: fill(t.star, { n }) },
        h("input.unseen", {
          type: "radio",
          name: group,
          value: n,
          "aria-label": fill(t.star, { n }),
          onchange: () => {
            this.stars = n;
            stars.dataset["chosen"] = String(n);
            more.hidden = false;
            this.grown();
          },
        }),
        icon("star"),
      ),
    );
    const stars = h("div.stars", { role: "radiogroup", "aria-label": t.rateTitle }, ...choices);
    this.element.replaceChildren(h("p.rating-title", null, t.rateTitle), stars, more);
  }

  private async send(comment: string, button: HTMLButtonElement, problem: HTMLElement): Promise<void> {
    button.disabled = true;
    problem.textContent = "";
    try {
      await this.desk.rate(this.rid, this.stars, comment.trim());
      this.sent = true;
      this.show(true, this.stars);
      this.grown();
    } catch {
      problem.textContent = this.desk.t.notSent;
      button.disabled = false;
    }
  }

  private thank(rated: number): void {
    const { t } = this.desk;
    const stars = h("div.stars", { role: "img", "aria-label": fill(t.star, { n: rated }), "data-chosen": rated });
    for (let n = 1; n <= 5; n++) stars.append(h("span.star-label", null, icon("star")));
    this.element.replaceChildren(stars, h("p.rating-title", { role: "status" }, t.rateThanks));
  }
}
