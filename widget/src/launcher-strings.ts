// The launcher's few words, compiled into the loader. {n} is a number.

interface LauncherStrings {
  open: string;
  close: string;
  unread: string;
}

const TABLE: Record<string, [string, string, string]> = {
  en: ["Open chat", "Close chat", "unread: {n}"],
  it: ["Apri la chat", "Chiudi la chat", "non letti: {n}"],
  de: ["Chat öffnen", "Chat schließen", "ungelesen: {n}"],
  fr: ["Ouvrir le chat", "Fermer le chat", "non lus : {n}"],
  es: ["Abrir el chat", "Cerrar el chat", "sin leer: {n}"],
  pt: ["Abrir o chat", "Fechar o chat", "não lidas: {n}"],
  ar: ["فتح الدردشة", "إغلاق الدردشة", "غير مقروءة: {n}"],
  he: ["פתיחת הצ׳אט", "סגירת הצ׳אט", "לא נקראו: {n}"],
};

/** The languages that the chat is built in: those of the table. */
export function builtLanguage(lang: string): string {
  return lang in TABLE ? lang : "en";
}

export function launcherStrings(lang: string): LauncherStrings {
  const [open, close, unread] = TABLE[builtLanguage(lang)]!;
  return { open, close, unread };
}
