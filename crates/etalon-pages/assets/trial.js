// Trying a pack on the stored calls, on a page of a server.
if (etalon.page === "trial") (() => {
  const { find } = etalon;
  const token = find("meta[name=etalon-token]")?.content;
  const form = find("#trial");
  const button = find("button", form);

  function tell(text, errors = "") {
    const message = find("#trial-message");
    message.textContent = text;
    message.hidden = text === "";
    message.classList.toggle("alarm", errors !== "");
    find("#trial-errors").textContent = errors;
    find("#trial-errors").hidden = errors === "";
  }

  /** Shows the rule that is tried: a pack has a thousand lines. */
  function scrollToRule() {
    const { pack, rule } = form.elements;
    const line = pack.value.split("\n").findIndex((text) => text.trim() === `id = "${rule.value.trim()}"`);
    if (line < 0) return;
    pack.scrollTop = 0;
    // Long lines are wrapped, so that only a copy of the text before tells how high it is.
    const copy = pack.cloneNode();
    copy.removeAttribute("name");
    copy.rows = 1;
    copy.value = pack.value.split("\n").slice(0, line).join("\n");
    pack.after(copy);
    pack.scrollTop = Math.max(0, copy.scrollHeight - copy.clientHeight);
    copy.remove();
  }
  scrollToRule();
  form.elements.rule.addEventListener("change", scrollToRule);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { pack, rule, hit } = form.elements;
    button.disabled = true;
    tell(form.dataset.running);
    try {
      const response = await fetch(`${etalon.root}api/try`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-etalon-token": token },
        body: JSON.stringify({ pack: pack.value, rule: rule.value.trim(), hit: hit.value }),
      });
      if (response.ok) {
        const found = new DOMParser().parseFromString(await response.text(), "text/html");
        find("#trial-result").replaceChildren(...[...found.body.children].map((child) => document.adoptNode(child)));
        tell("");
      } else {
        const answer = await response.json();
        tell(answer.error, answer.remedy);
      }
    } catch {
      tell(form.dataset.failed, " ");
    }
    button.disabled = false;
  });
})();
