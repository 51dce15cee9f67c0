// What the build puts in place of a file.

declare module "*.css" {
  const text: string;
  export default text;
}

/** One of src/chat/strings/*.ts. */
declare module "words-of-this-build" {
  const words: typeof import("./chat/strings/en").default;
  export default words;
}
