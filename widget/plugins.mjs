// What esbuild is taught for this widget; used by the build and by the tests.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

/** `import css from "./x.css"` gives the minified text of the sheet. */
const minifiedCss = {
  name: "minified-css",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** `words-of-this-build` is the table of one language. */
const wordsOf = (lang) => ({
  name: "words",
  setup(build) {
    const path = fileURLToPath(new URL(`src/chat/strings/${lang}.ts`, import.meta.url));
    build.onResolve({ filter: /^words-of-this-build$/ }, () => ({ path }));
  },
});

export const plugins = (lang = "en") => [minifiedCss, wordsOf(lang)];
