// What each text is called where a project sets its own: the names that clients of the reference ask for where they
// mean the same, else our own.

import type en from "./strings/en";

type Name = Exclude<keyof typeof en, "language">;

const KNOWN: Partial<Record<Name, string>> = {
  hello: "WELCOME_TITLE",
  help: "WELCOME_MSG",
  online: "AGENT_AVAILABLE",
  away: "WAITING_TIME_NOT_FOUND",
  recent: "PREV_CONVERSATIONS",
  showAll: "SHOW_ALL_CONV",
  newConversation: "LABEL_START_NW_CONV",
  sendUsMessage: "START_A_CONVERSATION",
  back: "BACK",
  close: "BUTTON_CLOSE_TO_ICON",
  menu: "OPTIONS",
  endConversation: "CLOSE_CHAT",
  write: "LABEL_PLACEHOLDER",
  someoneTyping: "LABEL_WRITING",
  loading: "LABEL_LOADING",
  rateTitle: "YOUR_OPINION_ON_OUR_CUSTOMER_SERVICE",
  rateComment: "WRITE_YOUR_OPINION",
  rateSend: "SUBMIT",
  rateThanks: "THANK_YOU_FOR_YOUR_EVALUATION",
  required: "PRECHAT_REQUIRED_ERROR",
  badEmail: "LABEL_PRECHAT_USER_EMAIL_ERROR",
  badPhone: "LABEL_PRECHAT_USER_PHONE_ERROR",
  fullname: "LABEL_PRECHAT_USER_FULLNAME",
  email: "LABEL_PRECHAT_USER_EMAIL",
  phone: "LABEL_PRECHAT_USER_PHONE",
  message: "LABEL_PRECHAT_FIRST_MESSAGE",
  formTitle: "LABEL_COMPLETE_FORM",
  startChat: "CONTINUE",
  earlier: "SEE_PREVIOUS",
  startHint: "LABEL_FIRST_MSG",
  reopened: "INFO_SUPPORT_CHAT_REOPENED",
  wasClosed: "INFO_SUPPORT_CHAT_CLOSED",
  emptyText: "NO_CONVERSATION",
  blocked: "USER_BANNED",
};

/** `reopenHint` is `REOPEN_HINT`, unless it is known by another key. */
export function keyOf(name: string): string {
  return KNOWN[name as Name] ?? name.replace(/[A-Z]/g, "_$&").toUpperCase();
}
