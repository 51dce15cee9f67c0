// What the loader and the chat say to each other, and the shapes of the wire (docs/protocol.md).

/** A text, or one text per language: {default, en, it, …}. */
export type Labels = string | Record<string, string>;

export interface WidgetSettings {
  themeColor?: string;
  themeForegroundColor?: string;
  align?: string;
  logoChat?: string;
  wellcomeTitle?: Labels;
  wellcomeMsg?: Labels;
  lang?: string;
}

export interface Person {
  _id?: string;
  id?: string;
  firstname?: string;
  lastname?: string;
}

/** The answer of GET /api/P/widgets. */
export interface WidgetInfo {
  project: { _id: string; name: string; widget?: WidgetSettings };
  user_available?: Person[];
  /** The languages that the project has texts of its own in. */
  labels?: string[];
}

export interface Message {
  _id: string;
  sender: string;
  senderFullname?: string;
  recipient: string;
  type?: string;
  text?: string;
  status?: number;
  attributes?: { messagelabel?: { key?: string; parameters?: Record<string, string> } } & Record<string, unknown>;
  metadata?: { src?: string; name?: string; width?: number; height?: number } & Record<string, unknown>;
  client_id?: string;
  createdAt: string;
}

/** A conversation as the API names it. */
export interface Request {
  request_id: string;
  status?: number;
  createdAt?: string;
  updatedAt?: string;
  first_text?: string;
  rating?: number;
  attributes?: { last_message?: Message } & Record<string, unknown>;
  participatingAgents?: Person[];
  unread?: number;
  requester_id?: string;
  lead?: { lead_id?: string };
}

export type EventName = "ready" | "open" | "close" | "signin" | "signout" | "conversation" | "message" | "unread";

/** What the loader gives to the chat. */
export interface Host {
  /** Where the server is: the loader's own address without its file name and without a slash at the end. */
  readonly base: string;
  readonly project: string;
  readonly info: WidgetInfo;
  /** The wanted language as a tag (`pt-BR`), and its first part (`pt`). */
  readonly locale: string;
  readonly lang: string;
  readonly shadow: ShadowRoot;
  /** The element inside the shadow that holds colours, direction and everything visible. */
  readonly root: HTMLElement;
  readonly launcher: HTMLElement;
  readonly attributes: Record<string, unknown>;
  addSheet(css: string): void;
  emit(event: EventName, detail?: unknown): void;
  setUnread(count: number): void;
  /** The chat closes or opens itself (Escape, its close button): the loader's launcher follows. */
  close(): void;
  open(): void;
}

/** What the chat gives to the loader. */
export interface Chat {
  /** `byVisitor` is false when the page opens it: nobody is signed in before the visitor does something. */
  open(byVisitor: boolean): void;
  close(): void;
  signIn(token: string): Promise<void>;
  signOut(): Promise<void>;
}
