// Reviewing and correcting, on the page of one call of a server.
if (etalon.page === "call" && etalon.find("#review-texts")) (() => {
  const { find, findAll } = etalon;
  const token = find("meta[name=etalon-token]")?.content;
  const texts = JSON.parse(find("#review-texts").textContent);
  const pane = () => find("#review");
  const corrections = () => Number(pane().dataset.corrections);
  /** What a person chose and did not save yet, by rule: it outlives a new pane. */
  const unsaved = new Map();

  function tell(text, isAlarm = false) {
    const message = find("#review-message");
    message.textContent = text;
    message.classList.toggle("alarm", isAlarm);
    message.hidden = false;
  }

  /** Sends a change, and says what is wrong if it is not taken. */
  async function send(path, body) {
    tell(texts["review-saving"]);
    try {
      const response = await fetch(etalon.root + path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-etalon-token": token },
        body: JSON.stringify(body),
      });
      const answer = await response.json();
      if (response.ok) return true;
      if (response.status === 409) await showAgain();
      tell(`${answer.error} ${answer.remedy}`, true);
    } catch {
      tell(texts["review-failed"], true);
    }
    return false;
  }

  /** The pane as the server has it now, with what was not saved yet. */
  async function showAgain() {
    const response = await fetch(location.pathname + location.search);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("#review");
    if (!fresh) return;
    const focused = document.activeElement?.closest(".review-rule");
    pane().replaceWith(document.adoptNode(fresh));
    for (const rule of findAll(".review-rule")) {
      const kept = unsaved.get(key(rule));
      if (kept) show(rule, kept.verdict, kept.comment);
      if (focused && key(rule) === key(focused)) rule.focus();
    }
  }

  const key = (rule) => `${rule.dataset.pack}\n${rule.dataset.rule}`;
  const chosen = (rule) => find("input:checked", rule)?.value;
  const comment = (rule) => find("textarea", rule);

  function show(rule, verdict, text) {
    const input = findAll("input", rule).find((each) => each.value === verdict);
    if (input) input.checked = true;
    comment(rule).value = text;
    askForComment(rule);
  }

  /** Whether an open answer contradicts the machine and does not say why. */
  function lacksComment(rule) {
    const { machine } = rule.dataset;
    const answer = chosen(rule);
    const contradicts = machine && machine !== "unmeasurable" && answer && answer !== machine;
    return Boolean(contradicts) && comment(rule).value.trim() === "";
  }

  function askForComment(rule) {
    const field = comment(rule);
    const isLacking = lacksComment(rule);
    if (isLacking || field.value) {
      field.hidden = false;
      find(".comment-button", rule).hidden = true;
    }
    field.toggleAttribute("required", isLacking);
    return isLacking;
  }

  function note(rule) {
    unsaved.set(key(rule), { verdict: chosen(rule), comment: comment(rule).value });
    rule.classList.add("unsaved");
  }

  function answered(rule, prefilled = false) {
    const { pack, rule: id } = rule.dataset;
    const change = { kind: "answered", pack, rule: id, verdict: chosen(rule) };
    return { ...change, comment: comment(rule).value, prefilled };
  }

  /** The answers that were not saved yet; null where one lacks its comment. */
  function newAnswers() {
    const rules = findAll(".review-rule.unsaved, .review-rule").filter((rule) => unsaved.has(key(rule)) && chosen(rule));
    const lacking = rules.find(lacksComment);
    if (!lacking) return rules.map((rule) => answered(rule));
    askForComment(lacking);
    comment(lacking).focus();
    tell(texts["review-comment-needed"], true);
    return null;
  }

  async function submit(actions, changes) {
    const { reviewer, sequence } = actions.dataset;
    const body = { call: pane().dataset.call, reviewer, expected_sequence: Number(sequence), changes };
    if (!(await send("api/sheet", body))) return;
    if (reviewer === pane().dataset.reviewer) unsaved.clear();
    await showAgain();
    tell(texts["review-saved"]);
  }

  function save(actions, isAccepting) {
    const changes = newAnswers();
    if (!changes) return;
    if (isAccepting) {
      const isOpen = (rule) => !rule.dataset.answered && !unsaved.has(key(rule)) && chosen(rule) === rule.dataset.machine;
      changes.push(...findAll(".review-rule").filter(isOpen).map((rule) => answered(rule, true)));
    }
    if (changes.length === 0) return tell(texts["review-nothing-new"]);
    submit(actions, changes);
  }

  /** Ends a blind review; what was not saved yet would be lost with the page, so it is saved first. */
  async function reveal() {
    if (unsaved.size > 0) return tell(texts["review-save-first"], true);
    if (await send("api/reveal", { call: pane().dataset.call })) location.replace(location.pathname);
  }

  function act(actions, kind) {
    const text = find(":scope > label textarea", actions)?.value ?? "";
    if ((kind === "disputed" || kind === "resolved") && text.trim() === "") {
      find(":scope > label textarea", actions).focus();
      return tell(texts["review-reason-needed"], true);
    }
    const change = { kind, comment: text };
    if (kind === "resolved") {
      change.decisions = findAll("select", actions)
        .filter((select) => select.value)
        .map((select) => ({ pack: select.dataset.pack, rule: select.dataset.rule, verdict: select.value }));
    }
    const before = kind === "shared" ? newAnswers() : [];
    if (before) submit(actions, [...before, change]);
  }

  document.addEventListener("change", (event) => {
    const rule = event.target.closest(".review-rule");
    if (!rule) return;
    note(rule);
    if (askForComment(rule) && event.target.type === "radio") comment(rule).focus();
  });
  document.addEventListener("input", (event) => {
    const rule = event.target.closest(".review-rule");
    if (rule && event.target.matches("textarea")) note(rule);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#review button, .speaker-button");
    if (!button) return;
    const actions = button.closest(".sheet-actions");
    if (button.id === "review-save") save(actions, false);
    else if (button.id === "review-accept") save(actions, true);
    else if (button.dataset.action) act(actions, button.dataset.action);
    else if (button.matches(".comment-button")) {
      const field = comment(button.closest(".review-rule"));
      field.hidden = false;
      button.hidden = true;
      field.focus();
    } else if (button.id === "review-reveal") reveal();
    else if (button.matches(".undo-button")) correct({ of: "undone", sequence: Number(button.dataset.sequence) });
    else if (button.matches(".speaker-button")) swapSpeaker(button.closest(".turn"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rule = event.target.closest(".review-rule");
    const isWriting = event.target.closest("textarea, select, input:not([type=radio])");
    if (!rule || isWriting) return;
    const digit = /^(?:Digit|Numpad)([1-4])$/.exec(event.code)?.[1] ?? (/^[1-4]$/.test(event.key) ? event.key : null);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (digit) {
      event.preventDefault();
      findAll("input", rule)[Number(digit) - 1].checked = true;
      note(rule);
      if (askForComment(rule)) comment(rule).focus();
    } else if (step && event.target === rule) {
      event.preventDefault();
      const rules = findAll(".review-rule");
      rules[rules.indexOf(rule) + step]?.focus();
    }
  });

  addEventListener("beforeunload", (event) => {
    if (unsaved.size > 0) event.preventDefault();
  });

  // Words and speakers.
  if (!("mayCorrect" in pane().dataset)) return;
  const sides = ["agent", "client"];
  const wordsOf = (turn) => findAll(".words > span:not(.removed)", turn);
  const side = (turn) => ["agent", "client", "unknown"].find((name) => turn.classList.contains(name));

  async function correct(correction) {
    const body = { call: pane().dataset.call, expected_sequence: corrections(), corrections: [correction] };
    if (await send("api/corrections", body)) {
      unsaved.clear();
      location.reload();
    }
  }

  function swapSpeaker(turn) {
    const heard = side(turn);
    const meant = sides.find((name) => name !== heard);
    correct({ of: "speaker", turn: Number(turn.dataset.turn), heard, meant });
  }

  function editWord(turn, word) {
    if (find(".word-edit")) return;
    const heard = word.textContent;
    const form = document.createElement("form");
    form.className = "word-edit";
    const field = Object.assign(document.createElement("input"), { value: heard, maxLength: 200 });
    field.setAttribute("aria-label", texts["correct-word"]);
    const saving = Object.assign(document.createElement("button"), { textContent: texts["correct-save"] });
    const cancelling = Object.assign(document.createElement("button"), { type: "button", textContent: texts["correct-cancel"] });
    form.append(field, saving, cancelling);
    const close = () => {
      form.remove();
      turn.focus();
    };
    cancelling.addEventListener("click", close);
    form.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.value.trim() === heard) return close();
      correct({ of: "word", turn: Number(turn.dataset.turn), word: wordsOf(turn).indexOf(word), heard, meant: field.value.trim() });
    });
    word.after(form);
    field.select();
    field.focus();
  }

  function pick(turn, step) {
    const words = wordsOf(turn);
    const before = words.findIndex((word) => word.classList.contains("picked"));
    const next = before < 0 ? 0 : Math.min(words.length - 1, Math.max(0, before + step));
    words[before]?.classList.remove("picked");
    words[next]?.classList.add("picked");
  }

  for (const turn of findAll(".turn")) {
    turn.tabIndex = 0;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "speaker-button", textContent: texts["correct-speaker"] });
    find(".who", turn).append(" ", button);
    turn.addEventListener("dblclick", (event) => {
      const word = wordsOf(turn).find((each) => each === event.target);
      if (word) editWord(turn, word);
    });
    turn.addEventListener("keydown", (event) => {
      if (event.target !== turn || event.ctrlKey || event.metaKey || event.altKey) return;
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        pick(turn, step);
      } else if (event.key === "e" || event.code === "KeyE") {
        const word = find(".picked", turn) || find(".spoken", turn) || wordsOf(turn)[0];
        if (!word) return;
        event.preventDefault();
        editWord(turn, word);
      }
    });
  }
})();
