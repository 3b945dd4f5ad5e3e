// npm run build: sources in static/css, static/js and static/img become static/dist.
// File names stay plain; whitenoise's manifest storage adds the content hash at collectstatic.
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import cascadeLayers from "@csstools/postcss-cascade-layers";
import colorMix from "@csstools/postcss-color-mix-function";
import oklab from "@csstools/postcss-oklab-function";
import tailwind from "@tailwindcss/postcss";
import * as esbuild from "esbuild";
import postcss from "postcss";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "dist");
const watch = process.argv.includes("--watch");

// Office PCs run Chromium kernels from about 80 on: no cascade layers (99), no oklch and color-mix (111).
const oldestBrowser = ["chrome80", "firefox78", "safari14.1"];

async function buildStyles() {
  const from = path.join(here, "css", "app.css");
  const css = await readFile(from, "utf8");
  const lowered = await postcss([
    tailwind(),
    oklab({ preserve: false, subFeatures: { displayP3: false } }),
    colorMix({ preserve: true }),
    cascadeLayers(),
  ]).process(css, { from });
  const small = await esbuild.transform(lowered.css, { loader: "css", minify: true, target: oldestBrowser });
  await writeFile(path.join(dist, "app.css"), small.code);
}

async function entryPoints() {
  const names = await readdir(path.join(here, "js"));
  return names.filter((name) => name.endsWith(".js")).map((name) => path.join(here, "js", name));
}

async function buildScripts() {
  // One self-contained file for each script directly under static/js; shared parts live in static/js/parts.
  await esbuild.build({
    entryPoints: await entryPoints(),
    outdir: dist,
    bundle: true,
    minify: true,
    format: "iife",
    target: oldestBrowser,
    legalComments: "none",
    nodePaths: [path.join(here, "..", "node_modules")],
  });
}

async function build() {
  await mkdir(dist, { recursive: true });
  await mkdir(path.join(dist, "root"), { recursive: true });
  await Promise.all([buildStyles(), buildScripts(), cp(path.join(here, "img"), dist, { recursive: true })]);
  // A service worker stands for the pages below its own address: at the root, not under /static/ (WHITENOISE_ROOT).
  await rename(path.join(dist, "sw.js"), path.join(dist, "root", "sw.js"));
}

await rm(dist, { recursive: true, force: true });
await build();
if (watch) {
  const { watch: follow } = await import("node:fs/promises");
  for await (const change of follow(path.join(here, ".."), { recursive: true })) {
    if (/^(static\/(css|js|img)|templates)\//.test(change.filename ?? "")) await build().catch(console.error);
  }
}
