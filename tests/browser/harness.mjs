// What the tests of the pages share: results to look at, a browser, and what no page may do.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const root = resolve(import.meta.dirname, "../..");
const tools = process.env.ETALON_BROWSER_TOOLS ?? join(root, ".tools/browser");
const require = createRequire(join(tools, "package.json"));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
export const etalon = process.env.ETALON ?? join(target, "debug/etalon");

/** A folder of this test run. */
export const folder = (name) => {
  const path = mkdtempSync(join(tmpdir(), `etalon-browser-${name}-`));
  return path;
};

/** The output of etalon; it must end well. */
export const run = (...args) => execFileSync(etalon, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

let samples;
/** The samples and their results, transcribed once for all tests. */
export function sampleResults() {
  if (!samples) {
    const place = folder("samples");
    cpSync(join(root, "samples"), join(place, "samples"), { recursive: true });
    run("run", join(place, "samples"), "--out", join(place, "out"), "--no-progress");
    samples = { recordings: join(place, "samples"), out: join(place, "out") };
  }
  return samples;
}

/** A report of the samples' results, with stored calls that a test changed before. */
export function changedResults(change) {
  const out = join(folder("changed"), "out");
  cpSync(sampleResults().out, out, { recursive: true });
  const paths = readdirSync(join(out, "calls"), { recursive: true }).filter((path) => path.endsWith(".json")).map((path) => join(out, "calls", path));
  const calls = paths.map((path) => JSON.parse(readFileSync(path, "utf8")));
  change(calls);
  for (const [place, call] of calls.entries()) {
    // The checksum is that of other bytes.
    delete call.checksum;
    writeFileSync(paths[place], JSON.stringify(call));
  }
  run("report", out, "--audio", "none");
  return { out, calls };
}

/** Results of recordings, playable as they are, that a test names and describes; nothing is transcribed. */
export function resultsWithoutWords(rows, header) {
  const place = folder("made");
  const recordings = join(place, "in");
  mkdirSync(recordings);
  const lines = rows.map((row) => {
    cpSync(join(root, "samples/06-fast-talker.wav"), join(recordings, row.path));
    // Every copy needs bytes of its own, or it is the same call.
    const bytes = readFileSync(join(recordings, row.path));
    bytes[bytes.length - 2] = rows.indexOf(row) + 1;
    writeFileSync(join(recordings, row.path), bytes);
    return header.map((name) => `"${String(row[name] ?? "").replaceAll('"', '""')}"`).join(",");
  });
  writeFileSync(join(recordings, "manifest.csv"), [header.join(","), ...lines].join("\n"));
  run("run", recordings, "--out", join(place, "out"), "--no-asr", "--no-progress", "--settle", "0");
  return { recordings, out: join(place, "out") };
}

/** A result folder with so many made-up calls, and how many seconds its report took. */
export function manyCalls(count) {
  const out = join(folder("many"), "out");
  execFileSync(join(target, "debug/examples/many_calls"), [out, String(count)]);
  const started = performance.now();
  run("report", out, "--audio", "none");
  return { out, reportSeconds: (performance.now() - started) / 1000 };
}

let browser;
export async function openBrowser() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"],
  });
  return browser;
}

export async function closeBrowser() {
  await browser?.close();
  browser = undefined;
}

/** A page at an address, which fails its test where it does what no page may. */
export async function open(address, options = {}) {
  const context = await (await openBrowser()).newContext(options);
  const page = await context.newPage();
  page.wrongs = [];
  page.on("console", (message) => {
    if (/content security policy|refused to/i.test(message.text())) page.wrongs.push(message.text());
  });
  page.on("pageerror", (error) => page.wrongs.push(`script error: ${error.message}`));
  page.on("dialog", (dialog) => {
    page.wrongs.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const origin = new URL(address).origin;
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isOwn = ["data:", "blob:"].includes(url.protocol) || (url.protocol === new URL(address).protocol && url.origin === origin);
    if (!isOwn) page.wrongs.push(`request elsewhere: ${request.url()}`);
  });
  await page.goto(address);
  return page;
}

export const fileAddress = (...parts) => pathToFileURL(join(...parts)).href;

export async function close(page) {
  assert.deepEqual(page.wrongs, [], page.url());
  await page.context().close();
}

/** Fails where axe finds something serious. */
export async function checkAccessibility(page) {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const result = await axe.run(document, { resultTypes: ["violations"] });
    const serious = result.violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
    return serious.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join("; ")}`);
  });
  assert.deepEqual(violations, [], page.url());
}
