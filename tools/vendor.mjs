// Copies the few front-end files that pages load from node_modules to rolodesk/web/static/vendor/.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "rolodesk/web/static/vendor");

const files = {
  "htmx.org": ["dist/htmx.min.js", "LICENSE"],
  "swagger-ui-dist": [
    "swagger-ui.css",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "favicon-32x32.png",
    "LICENSE",
    "NOTICE",
  ],
};

rmSync(target, { recursive: true, force: true });
for (const [name, paths] of Object.entries(files)) {
  mkdirSync(join(target, name), { recursive: true });
  for (const path of paths) {
    cpSync(join(root, "node_modules", name, path), join(target, name, path.split("/").pop()));
  }
}
