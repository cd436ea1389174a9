// Copies what pages use out of node_modules into this folder, each package with its licence,
// and draws the icon sprite. Run: npm ci --ignore-scripts && node vendor.mjs && python fonts.py
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const tests = join(here, "..", "..", "tests", "vendor");

const COPIES = [
  { from: "htmx.org", files: ["dist/htmx.min.js"], licence: "LICENSE" },
  { from: "@github/combobox-nav", files: ["dist/index.js"], licence: "LICENSE" },
  {
    from: "swagger-ui-dist",
    files: ["swagger-ui.css", "swagger-ui-bundle.js"],
    licence: "LICENSE",
    also: ["NOTICE", "swagger-ui-bundle.js.LICENSE.txt"],
  },
  { from: "axe-core", files: ["axe.min.js"], licence: "LICENSE", into: tests },
  { from: "lucide-static", files: [], licence: "LICENSE" },
  { from: "@fontsource-variable/source-sans-3", files: [], licence: "LICENSE" },
  { from: "@fontsource-variable/source-serif-4", files: [], licence: "LICENSE" },
  { from: "@fontsource-variable/noto-sans-arabic", files: [], licence: "LICENSE" },
  { from: "@fontsource-variable/noto-naskh-arabic", files: [], licence: "LICENSE" },
];

const ICONS = `
  archive archive-restore arrow-down arrow-left arrow-right arrow-up arrow-up-down badge-check
  bell book-open bookmark bookmark-plus building-2 calendar calendar-clock chart-column check
  chevron-down chevron-left chevron-right circle-alert circle-check circle-question-mark circle-x
  clipboard-paste clock code columns-3 command copy corner-down-left download ellipsis
  external-link eye eye-off file-spreadsheet file-text file-up filter fingerprint flag
  git-compare-arrows globe grip-vertical handshake hash history house import info key key-round
  keyboard landmark languages laptop layers life-buoy link link-2 list list-checks list-filter
  lock log-in log-out mail mail-open mail-x map map-pin menu merge messages-square minus monitor
  moon newspaper panel-right-open pencil phone pin plus printer qr-code refresh-cw rotate-ccw save
  search settings shield-check sliders-horizontal smartphone split square-check square-pen star
  sticky-note sun sun-moon table tag text-cursor-input timer trash-2 triangle-alert undo-2 upload
  user user-cog user-plus user-round users wand-sparkles x
`
  .trim()
  .split(/\s+/);

/** The folder name of a package without its scope. */
const plain = (name) => name.split("/").pop();

/** Text without the pointer to a source map, which is not copied. */
const withoutMap = (text) => text.replace(/\n?\/[/*]# sourceMappingURL=.*$/m, "");

for (const { from, files, licence, also = [], into } of COPIES) {
  const target = join(into ?? here, plain(from));
  mkdirSync(target, { recursive: true });
  for (const file of files) {
    const text = readFileSync(join(packages, from, file), "utf8");
    writeFileSync(join(target, file.split("/").pop()), withoutMap(text));
  }
  for (const file of [licence, ...also]) {
    if (existsSync(join(packages, from, file))) {
      copyFileSync(join(packages, from, file), join(target, file));
    }
  }
}

const symbols = ICONS.map((name) => {
  const svg = readFileSync(join(packages, "lucide-static", "icons", `${name}.svg`), "utf8");
  const strokes = svg
    .replace(/<!--[^]*?-->/g, "")
    .replace(/^[^]*?<svg[^>]*>/, "")
    .replace(/<\/svg>[^]*$/, "")
    .replace(/\s+/g, " ")
    .replace(/> </g, "><")
    .replace(/ \/>/g, "/>")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${strokes}</symbol>`;
});
writeFileSync(
  join(here, "icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">\n${symbols.join("\n")}\n</svg>\n`,
);
console.log(`${COPIES.length} packages, ${ICONS.length} icons`);
