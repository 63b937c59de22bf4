// The pages of a server: hearing, searching, reviewing with keys, correcting, and signing in.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { closeSync, cpSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
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
  return serveFolder(out, ...options);
}

/** A server on a result folder. */
async function serveFolder(out, ...options) {
  const server = spawn(etalon, ["serve", out, "--listen", "127.0.0.1:0", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  servers.push(server);
  const [line] = await new Promise((resolve) => server.stdout.once("data", (data) => resolve(String(data).split("\n"))));
  return { address: line, server };
}

/** A file system of its own, so small that a test can fill it; nothing where nobody may mount one. */
function smallDisk() {
  const place = join(folder("small"), "disk");
  mkdirSync(place);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", place], { stdio: "ignore" });
  } catch {
    return null;
  }
  const filler = join(place, "filler");
  return {
    place,
    fill() {
      const file = openSync(filler, "w");
      for (const bytes of [1 << 20, 4096, 1]) {
        try {
          for (;;) if (writeSync(file, Buffer.alloc(bytes)) < bytes) break;
        } catch (error) {
          if (error.code !== "ENOSPC") throw error;
        }
      }
      closeSync(file);
    },
    free: () => rmSync(filler),
    end: () => execFileSync("umount", ["-l", place]),
  };
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

  test("a word that was taken out is put back", async () => {
    const page = await openFailedCall(address);
    const words = page.locator(".turn .words").last();
    const before = await words.textContent();
    await page.locator(".turn .words").last().locator("> span").last().dblclick();
    await page.fill(".word-edit input", "");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    assert.notEqual(await words.textContent(), before);
    await Promise.all([page.waitForEvent("load"), page.locator(".undo-button").last().click()]);
    assert.equal(await words.textContent(), before);
    await close(page);
  });

  test("blind, nothing shows what the machine thinks until the sheet is shared", async () => {
    const page = await open(`${address}queue?mode=blind`);
    const links = page.locator(".queue a[href*='mode=blind']");
    // Calls whose verdicts other tests have seen can't be reviewed blind.
    for (let index = 0; index < (await links.count()); index++) {
      await links.nth(index).click();
      await page.waitForSelector("#review");
      if (await page.locator("#review-reveal").count()) break;
      await page.goBack();
    }
    assert.equal(await page.locator("details.rule, .finding, [data-machine]").count(), 0);
    await page.goto(page.url().split("?")[0]);
    assert.equal(await page.locator("details.rule, .finding, [data-machine]").count(), 0);
    await page.click("#review-reveal");
    await page.waitForSelector("[data-machine]");
    await close(page);
  });

  test("a cell of a rule's table leads to exactly its calls", async () => {
    const page = await open(`${address}rules.html`);
    const rules = await page.locator("tbody th a").evaluateAll((links) => links.map((link) => link.href));
    for (const rule of rules) {
      await page.goto(rule);
      if (await page.locator(".confusion a").count()) break;
    }
    // The test before shared one answer.
    const cell = page.locator(".confusion a").first();
    const answers = Number(await cell.textContent());
    await checkAccessibility(page);
    await cell.click();
    await page.waitForSelector("#shown[data-milliseconds]");
    assert.equal(await page.locator("#rows tr").count(), answers);
    assert.equal(await page.locator("#filters select[name=answer] option:checked").count(), 1);
    await close(page);
  });

  test("a changed rule is tried on the page, and mistakes are told with their lines", async () => {
    const page = await open(`${address}try?pack=kcg-service&rule=hold.thanks`);
    await page.click("#trial button[type=submit]");
    await page.waitForSelector("#trial-result table", { timeout: 60000 });
    await checkAccessibility(page);
    assert.match(await page.textContent("#trial-result"), /hold\.thanks/);
    await page.fill("#trial textarea", "id = 5");
    await page.click("#trial button[type=submit]");
    await page.waitForSelector("#trial-errors:not([hidden])");
    assert.match(await page.textContent("#trial-errors"), /pack\.toml:1/);
    assert.equal(await page.inputValue("#trial textarea"), "id = 5");
    await close(page);
  });

  test("every page is accessible on a phone in the dark", async () => {
    for (const path of ["index.html", "calls.html", "rules.html", "people.html", "queue", "queue?mode=blind", "try", "search", "failures.html", "nothing"]) {
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
  // Whoever has to sign in first comes to the very place of a link.
  const linked = await open(`${address}calls.html#critical=1`);
  await linked.fill("input[name=name]", "Анна");
  await Promise.all([linked.waitForEvent("load"), linked.click("main button[type=submit]")]);
  assert.ok(linked.url().endsWith("calls.html#critical=1"), linked.url());
  await close(linked);
});

test("a comment that a full disk keeps from being saved stays in the form", async (context) => {
  const disk = smallDisk();
  if (!disk) return context.skip("no file system can be mounted here");
  context.after(disk.end);
  const out = join(disk.place, "out");
  cpSync(sampleResults().out, out, { recursive: true });
  const { address, server } = await serveFolder(out);
  context.after(() => server.kill("SIGTERM"));
  const page = await openFailedCall(address);
  const rule = page.locator(".review-rule[data-machine=fail]").first();
  const comment = "На записи слышно иначе: оператор представился на второй секунде";
  await rule.focus();
  await page.keyboard.press("1");
  await rule.locator("textarea").fill(comment);
  disk.fill();
  for (const attempt of [1, 2]) {
    const answer = page.waitForResponse((response) => response.url().endsWith("/api/sheet"));
    await page.click("#review-save");
    assert.equal((await answer).status(), 507, `attempt ${attempt}`);
    await page.waitForFunction(() => /Диск полон/.test(document.querySelector("#review-message").textContent));
    assert.match(await page.textContent("#review-message"), /Ничего не потеряно/);
    assert.equal(await rule.locator("textarea").inputValue(), comment);
    assert.ok(await rule.locator("textarea").isVisible() && await rule.locator("input[value=pass]").isChecked());
  }
  // Whoever leaves the page now is asked first.
  assert.equal(await page.evaluate(() => dispatchEvent(new Event("beforeunload", { cancelable: true }))), false);
  disk.free();
  await page.click("#review-save");
  await page.waitForSelector(".review-rule[data-answered=pass]");
  await page.reload();
  assert.equal(await page.locator(".review-rule[data-answered=pass] textarea").first().inputValue(), comment);
  await close(page);
});
