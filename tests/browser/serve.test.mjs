// The pages of a server: hearing, searching, reviewing with keys, correcting, and signing in.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { checkAccessibility, close, closeBrowser, etalon, folder, open, sampleResults } from "./harness.mjs";

let servers = [];
after(async () => {
  for (const server of servers) server.kill("SIGTERM");
  await closeBrowser();
});

/** A server on a copy of the samples' results, and the address that it prints. */
async function serve(...options) {
  const out = join(folder("served"), "out");
  cpSync(sampleResults().out, out, { recursive: true });
  const server = spawn(etalon, ["serve", out, "--listen", "127.0.0.1:0", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  servers.push(server);
  const [line] = await new Promise((resolve) => server.stdout.once("data", (data) => resolve(String(data).split("\n"))));
  return { address: line, server };
}

async function openFailedCall(address) {
  const page = await open(`${address}calls.html`);
  await page.locator("#rows tr:has(.chip) a").first().click();
  await page.waitForSelector("#review");
  return page;
}

describe("a server of pages", () => {
  let address;
  let server;
  before(async () => ({ address, server } = await serve()));

  test("a recording plays from the server, and a search leads to its second", async () => {
    const page = await open(`${address}search`);
    await page.fill("input[type=search]", "день");
    let hits = 0;
    for (let again = 0; again < 50 && hits === 0; again++) {
      await page.click("button[type=submit]");
      hits = await page.locator(".hit").count();
      if (hits === 0) await page.waitForTimeout(200);
    }
    assert.ok(hits > 0, "nothing is found");
    await checkAccessibility(page);
    const second = Number((await page.locator(".hit-play").first().getAttribute("href")).split("#t=")[1]);
    await page.locator(".hit-play").first().click();
    await page.waitForSelector("#audio", { state: "attached" });
    const at = await page.evaluate(async () => {
      const audio = document.querySelector("#audio");
      await audio.play();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { at: audio.currentTime, decoded: audio.webkitAudioDecodedByteCount };
    });
    assert.ok(at.decoded > 0 && at.at > second - 2.5, JSON.stringify({ at, second }));
    await close(page);
  });

  test("a call is reviewed with keys, and the final score follows", async () => {
    const page = await openFailedCall(address);
    await checkAccessibility(page);
    const rule = page.locator(".review-rule[data-machine=fail]").first();
    await rule.focus();
    await page.keyboard.press("1");
    // The answer contradicts the machine, so that the comment is asked for.
    assert.ok(await rule.locator("textarea").isVisible());
    await page.click("#review-save");
    assert.match(await page.textContent("#review-message"), /комментарии/);
    await rule.locator("textarea").fill("На записи слышно <b>иначе</b>");
    await page.click("#review-save");
    await page.waitForSelector(".review-rule[data-answered=pass]");
    await page.click("[data-action=shared]");
    await page.waitForSelector("tr:has(.verdict.fail):has(td.final .verdict.pass)");
    assert.match(await page.textContent(".final-score"), /Итоговый балл/);
    assert.equal(await page.locator("#review b").count(), 0);
    await page.reload();
    assert.match(await page.textContent("#review"), /передан оператору/);
    await close(page);
  });

  test("a word is corrected by a double click, and again from the keyboard", async () => {
    const page = await openFailedCall(address);
    const word = page.locator(".turn .words > span").first();
    await word.dblclick();
    await page.fill(".word-edit input", "исправлено");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    assert.equal(await page.locator(".turn .words > span").first().textContent(), "исправлено");
    await page.locator(".turn").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("e");
    await page.fill(".word-edit input", "ещё раз");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    assert.equal(await page.locator(".turn .words > span").nth(1).textContent(), "раз");
    await close(page);
  });

  test("blind, nothing shows what the machine thinks", async () => {
    const page = await openFailedCall(address);
    const fresh = page.url().split("#")[0];
    await page.goto(`${fresh}?mode=blind`);
    assert.equal(await page.locator("details.rule, .finding, [data-machine]").count(), 0);
    await close(page);
  });

  test("every page is accessible on a phone in the dark", async () => {
    for (const path of ["index.html", "calls.html", "rules.html", "people.html", "queue", "search", "failures.html", "nothing"]) {
      const page = await open(`${address}${path}`, { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
      await checkAccessibility(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 360, `${path}: ${width}`);
      await close(page);
    }
  });

  test("it ends within five seconds of a signal", async () => {
    const started = performance.now();
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    assert.equal(await ended, 0);
    assert.ok(performance.now() - started < 5000);
  });
});

test("an agent signs in and sees nothing of others", async () => {
  const people = join(folder("people"), "people.toml");
  writeFileSync(people, '[[people]]\nname = "Анна"\nrole = "reviewer"\n[[people]]\nname = "Ольга"\nrole = "agent"\nagent_id = "nobody"\n');
  const { address } = await serve("--people", people);
  const page = await open(address);
  await page.fill("input[name=name]", "ольга");
  await page.click("main button[type=submit]");
  await page.waitForSelector("nav.site .visitor");
  assert.equal(await page.textContent("nav.site .visitor"), "Ольга");
  await page.goto(`${address}calls.html`);
  assert.equal(await page.locator("#rows tr").count(), 0);
  await close(page);
});
