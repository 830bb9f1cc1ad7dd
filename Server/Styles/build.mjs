// Makes Server/wwwroot and the drawings in Server/Web/Parts from the sources in this folder.
// `npm install && npm run build`; the results are committed, so a node owner needs no Node.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync, mkdirSync, copyFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { PurgeCSS } from "purgecss";
import { transform } from "lightningcss";
import { herringbone } from "./herringbone.mjs";
import { iconNames } from "./icons.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const server = join(here, "..");
const web = join(server, "wwwroot");
const modules = join(here, "node_modules");
const read = (...path) => readFileSync(join(...path), "utf8");

// Fonts first: the stylesheets name them with the hash of their content (as Server/Web/Parts/Assets.cs does).
const fonts = {
  "atkinson-next-latin.woff2": "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
  "atkinson-next-latin-ext.woff2":
    "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
  "source-sans-3-latin.woff2": "source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
  "OFL-atkinson-hyperlegible-next.txt": "atkinson-hyperlegible-next/LICENSE",
  "OFL-source-sans-3.txt": "source-sans-3/LICENSE",
};
mkdirSync(join(web, "fonts"), { recursive: true });
mkdirSync(join(web, "themes"), { recursive: true });
for (const [name, source] of Object.entries(fonts))
  copyFileSync(join(modules, "@fontsource-variable", source), join(web, "fonts", name));
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 12);
const withHashes = (css) =>
  css.replace(/url\(((?:\.\.\/)?fonts\/([\w.-]+))\)/g, (_, url, name) =>
    `url(${url}?v=${hash(readFileSync(join(web, "fonts", name)))})`);

// The parts of NL Design System, cut down to what our pages use.
const parts = (
  "root body paragraph link skip-link breadcrumb-nav link-list status-badge button form-label form-field " +
  "form-field-description form-field-error-message textbox textarea select alert"
).split(" ");
const partsCss = parts
  .map((part) => read(modules, `@utrecht/${part}-css/dist/index.css`).replace(/\/\*[\s\S]*?\*\//g, ""))
  .join("\n");
const pages = filesBelow(server, /\.(razor|cs|svg)$/).map((path) => ({
  raw: readFileSync(path, "utf8"),
  extension: "html",
}));
const purge = async (css) =>
  (await new PurgeCSS().purge({
    content: pages,
    css: [{ raw: css }],
    // What may stand in a post; no page names these elements itself.
    safelist: "html body p ul ol li a b strong em code pre blockquote img figure time mark h1 h2 h3 h4".split(" "),
  }))[0].css;
const purged = await purge(partsCss);
const sheets = "base header home page topics questions posts forms aside footer small print".split(" ");
const own = await purge(sheets.map((sheet) => read(here, `plein/${sheet}.css`)).join("\n"));

// Tokens: only those that a rule reaches, directly or through another token.
const brand = read(here, "themes/plein.css");
const known = new Map();
const tokenFile = read(modules, "@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css");
for (const [, name, value] of tokenFile.matchAll(/^\s*(--[\w-]+):\s*([^;]+);/gm))
  known.set(name, value.replace(/\/\*.*?\*\//g, "").trim());
const set = new Set([...brand.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]));
const needed = new Map();
function reach(css) {
  for (const [, name] of css.matchAll(/var\(\s*(--[\w-]+)/g)) {
    if (set.has(name) || needed.has(name) || !known.has(name)) continue;
    needed.set(name, known.get(name));
    reach(known.get(name));
  }
}
[purged, own, brand].forEach(reach);
const tokens = `:root{${[...needed].map(([name, value]) => `${name}:${value.replace(/^None$/, "none")}`).join(";")}}`;
// Names that drift between releases of the theme and of the parts.
const bridge = read(here, "bridge.css");

const targets = { chrome: 105 << 16, firefox: 110 << 16, safari: 16 << 16 };
const minify = (css) =>
  transform({ filename: "plein.css", code: Buffer.from(css), minify: true, targets }).code.toString();
const notice =
  "/*! parts and tokens: NL Design System, EUPL-1.2; letter: Atkinson Hyperlegible Next, OFL-1.1 (fonts/OFL-*) */\n";
const sheet = withHashes(minify([brand, tokens, bridge, purged, own].join("\n")));
writeFileSync(join(web, "plein.css"), `${notice}${sheet}\n`);
for (const theme of readdirSync(join(here, "themes")).filter((name) => name !== "plein.css"))
  writeFileSync(join(web, "themes", theme), withHashes(minify(read(here, "themes", theme))) + "\n");

// Drawings that stand in the pages themselves, so that they take the colours of the brand.
writeFileSync(join(server, "Web/Parts/Herringbone.svg"), herringbone() + "\n");
copyFileSync(join(here, "favicon.svg"), join(web, "favicon.svg"));
const symbols = iconNames.map((name) => {
  const filled = name.endsWith("-filled");
  const source = `@tabler/icons/icons/${filled ? "filled" : "outline"}/${name.replace(/-filled$/, "")}.svg`;
  const inner = read(modules, source)
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>[\s\S]*/, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s*\n\s*/g, "")
    .replace(/ \/>/g, "/>")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
});
const licence = read(modules, "@tabler/icons/LICENSE").trim();
writeFileSync(
  join(server, "Web/Parts/Icons.svg"),
  `<!-- Tabler Icons\n${licence}\n-->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);

const css = readFileSync(join(web, "plein.css"));
console.log(`plein.css ${css.length} bytes, brotli ${brotliCompressSync(css).length}`);
console.log(`tokens ${needed.size} of ${known.size}`);
console.log(`icons ${iconNames.length}`);

function filesBelow(folder, pattern) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return /^(bin|obj|node_modules|wwwroot|Styles)$/.test(entry.name) ? [] : filesBelow(path, pattern);
    return pattern.test(entry.name) ? [path] : [];
  });
}
