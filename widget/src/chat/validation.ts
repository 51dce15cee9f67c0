// What the pre-chat form asks, and whether an answer will do. Pure.

import type { Labels } from "../contract";

export interface FormField {
  name: string;
  type?: string;
  mandatory?: boolean;
  label?: Labels;
  regex?: string;
  errorLabel?: Labels;
  value?: unknown;
  rows?: number;
  options?: unknown[];
}

export type Answer = string | boolean;
export type Answers = Record<string, Answer>;
/** Which sentence to show; "own" is the project's errorLabel. */
export type Complaint = "required" | "tick" | "badEmail" | "badPhone" | "badFormat" | "own";

interface Kind {
  type: string;
  autocomplete: string;
  /** Written from left to right in every language. */
  ltr?: boolean;
}

/** The built-in names get the right keyboard, autocomplete and, without a pattern of the project, a check. */
const BUILT_IN: Record<string, Kind> = {
  userFullname: { type: "text", autocomplete: "name" },
  userEmail: { type: "email", autocomplete: "email", ltr: true },
  userPhone: { type: "tel", autocomplete: "tel", ltr: true },
  firstname: { type: "text", autocomplete: "given-name" },
  userFirstname: { type: "text", autocomplete: "given-name" },
  lastname: { type: "text", autocomplete: "family-name" },
  userLastname: { type: "text", autocomplete: "family-name" },
  company: { type: "text", autocomplete: "organization" },
};

export function inputKind(field: FormField): Kind {
  return BUILT_IN[field.name] ?? { type: "text", autocomplete: "off" };
}

export function isAsked(field: FormField): boolean {
  return field.type !== "static" && !!field.name;
}

export function check(field: FormField, answer: Answer | undefined): Complaint | null {
  if (!isAsked(field)) return null;
  if (field.type === "checkbox") return field.mandatory && answer !== true ? "tick" : null;

  const text = String(answer ?? "").trim();
  if (!text) return field.mandatory ? "required" : null;
  const own: Complaint | null = field.errorLabel ? "own" : null;
  const pattern = compile(field.regex);
  if (pattern) return pattern.test(text) ? null : (own ?? usual(field.name));
  if (field.name === "userEmail" && !/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text)) return own ?? "badEmail";
  if (field.name === "userPhone" && !/^\+?[\d\s().\-/]{5,25}$/.test(text)) return own ?? "badPhone";
  return null;
}

function usual(name: string): Complaint {
  return name === "userEmail" ? "badEmail" : name === "userPhone" ? "badPhone" : "badFormat";
}

/** A pattern as the project wrote it, bare or between slashes; one that is no pattern checks nothing. */
export function compile(source: string | undefined): RegExp | null {
  if (!source) return null;
  const slashed = /^\/(.*)\/([a-z]*)$/s.exec(source);
  try {
    return slashed ? new RegExp(slashed[1]!, slashed[2]!.replace(/[gy]/g, "")) : new RegExp(source);
  } catch {
    return null;
  }
}

export interface Choice {
  value: string;
  label: Labels;
}

/** Options are plain texts or {value, label}. */
export function choices(options: unknown[] | undefined): Choice[] {
  const list: Choice[] = [];
  for (const option of options ?? []) {
    if (typeof option === "string" || typeof option === "number") {
      list.push({ value: String(option), label: String(option) });
    } else if (option && typeof option === "object") {
      const { value, name, label } = option as { value?: unknown; name?: unknown; label?: Labels };
      const key = value ?? name ?? (typeof label === "string" ? label : undefined);
      if (key !== undefined) list.push({ value: String(key), label: label ?? String(name ?? key) });
    }
  }
  return list;
}

/** The attributes of the first message, made of the form's answers. */
export function asAttributes(answers: Answers): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const name of ["userFullname", "userEmail", "userPhone"]) {
    if (answers[name]) attributes[name] = answers[name];
  }
  attributes["preChatForm"] = answers;
  return attributes;
}
