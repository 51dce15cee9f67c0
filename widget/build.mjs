// Builds the visitor's widget into rolodesk/web/static/widget/:
//   loader.js               served at /widget.js, short cache
//   chat-<lang>-<hash>.js   loaded on first opening, may be cached for ever
//   chat-<lang>.js          the same under a lasting name, short cache: a page that was opened before an upgrade of
//                           the server, and asks for a hash that is gone, still finds a chat
//   texts.json              every text by language and key, for the server
//   manifest.json           {"loader": "loader.js", "chat": {"en": "chat-en-<hash>.js", …}}
import { createHash } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { build } from "esbuild";
import { plugins } from "./plugins.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = join(here, "../rolodesk/web/static/widget");
const LOADER_BUDGET = 6 * 1024;
const CHAT_BUDGET = 30 * 1024;

async function bundle(entry, lang, options) {
  const result = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    target: ["es2022", "safari15.4", "firefox104", "chrome105"],
    legalComments: "none",
    plugins: plugins(lang),
    ...options,
  });
  return result.outputFiles[0].contents;
}

function weigh(name, bytes, budget) {
  const size = gzipSync(bytes, { level: 9 }).length;
  console.log(`${name}  ${bytes.length} bytes, ${size} gzipped (budget ${budget})`);
  if (size <= budget) return;
  console.error(`${name} is over its budget`);
  process.exitCode = 1;
}

const languages = (await readdir(join(here, "src/chat/strings"))).map((name) => name.replace(".ts", "")).sort();
const chats = await Promise.all(languages.map((lang) => bundle("src/chat/start.ts", lang, { format: "esm", charset: "utf8" })));
// One hash for all: the loader holds one constant.
const hash = chats.reduce((sum, chat) => sum.update(chat), createHash("sha256")).digest("hex").slice(0, 12);
// The page decides in which encoding a classic script is read: the loader is kept to ASCII.
const loader = await bundle("src/loader.ts", "en", {
  format: "iife",
  charset: "ascii",
  define: { CHAT_HASH: JSON.stringify(hash) },
});

await mkdir(out, { recursive: true });
for (const old of await readdir(out)) {
  if (/^(loader|chat(-[\w-]+)?)\.js$|^(manifest|texts)\.json$/.test(old)) await rm(join(out, old));
}
await writeFile(join(out, "loader.js"), loader);
weigh("loader.js", loader, LOADER_BUDGET);
const manifest = { loader: "loader.js", chat: {} };
for (const [i, lang] of languages.entries()) {
  manifest.chat[lang] = `chat-${lang}-${hash}.js`;
  await writeFile(join(out, manifest.chat[lang]), chats[i]);
  await writeFile(join(out, `chat-${lang}.js`), chats[i]);
  weigh(`chat-${lang}.js`, chats[i], CHAT_BUDGET);
}
// The same texts for the server, by language and key: a project's own are written beside them.
const catalogues = `import { keyOf } from "./src/chat/keys";
${languages.map((lang) => `import ${lang} from "./src/chat/strings/${lang}";`).join("\n")}
const keyed = ({ language, ...texts }) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [keyOf(name), text]));
export default { ${languages.map((lang) => `${lang.toUpperCase()}: keyed(${lang})`).join(", ")} };`;
const { outputFiles } = await build({
  stdin: { contents: catalogues, resolveDir: here, loader: "ts" },
  bundle: true,
  write: false,
  format: "esm",
});
const { default: texts } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
await writeFile(join(out, "texts.json"), JSON.stringify(texts) + "\n");
await writeFile(join(out, "manifest.json"), JSON.stringify(manifest) + "\n");
