// The list of calls: filters and sorting over columns, with the choice in the address.
if (etalon.page === "calls") (() => {
  const { find, findAll, root, clock } = etalon;
  if (typeof etalonCalls === "undefined") return;
  const columns = unpacked(etalonCalls);
  const names = columns.names;
  const texts = JSON.parse(find("#texts").textContent);
  const form = find("#filters");
  const rows = find("#rows");
  const more = find("#more");
  const rowsAtOnce = 100;
  const chipsInRow = 5;
  const count = columns.count;
  const minutesOfDay = 24 * 60;

  /** The columns of `columns.rs` as arrays; what is not known is null, and no name is 0. What a rule says of a call is
   * one number, and 0 where it does not apply or was not asked. */
  function unpacked(packed) {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const numberOf = new Map([...alphabet].map((sign, number) => [sign, number]));
    const made = { count: packed.count, names: packed.names, answers: packed.answers, ids: packed.ids.split(",") };
    const parts = (text, separator) => text.split(separator, packed.count);
    const numbersIn = (text) => {
      let last = null;
      return parts(text, ",").map((part) => (last = part === "" ? last : part === "-" ? null : Number(part)));
    };
    for (const [name, column] of Object.entries(packed)) {
      if (typeof column === "string" && !["ids", "file"].includes(name)) made[name] = numbersIn(column);
    }
    let minute = 0;
    made.minute = made.minute.map((later) => (later === null ? null : (minute += later)));
    let file = "";
    made.file = parts(packed.file, "/").map((part) => (file = file.slice(0, numberOf.get(part[0])) + part.slice(1)));
    for (const name of ["topics", "tags", "asked"]) {
      made[name] = numbersIn(packed[name].numbers).map((number) => packed[name].lists[number]);
    }
    made.failed = Array.from({ length: packed.count }, () => []);
    made.verdicts = {};
    for (const [rule, signs] of Object.entries(packed.verdicts)) {
      const codes = new Uint8Array(packed.count);
      for (let index = 0; index < packed.count && index < 3 * signs.length; index++) {
        codes[index] = (numberOf.get(signs[Math.floor(index / 3)]) >> (2 * (index % 3))) & 3;
        if (codes[index] === 3) made.failed[index].push(Number(rule));
      }
      made.verdicts[rule] = codes;
    }
    return made;
  }

  /** Which list of names a filter chooses from. */
  const nameLists = {
    fail: names.rules, unmeasurable: names.rules, pass: names.rules, judged: names.rules, na: names.rules, agent: names.agent, team: names.team,
    manager: names.manager, call_type: names.call_type, topic: names.topics, kind: names.kind,
    direction: names.direction, tag: names.tags, answer: columns.answers,
  };
  const verdictNames = ["na", "pass", "unmeasurable", "fail"];
  /** The verdicts that a filter by rule asks for. */
  const verdictFilters = { fail: ["fail"], unmeasurable: ["unmeasurable"], pass: ["pass"], judged: ["pass", "fail"], na: ["na"] };
  const lists = { topic: columns.topics, tag: columns.tags };
  const single = { agent: columns.agent, team: columns.team, manager: columns.manager, call_type: columns.call_type, kind: columns.kind, direction: columns.direction };
  const bounds = {
    score: (index) => columns.score[index],
    coverage: (index) => (columns.coverage[index] === null ? null : 100 * columns.coverage[index]),
    duration: (index) => columns.duration[index],
    silence: (index) => columns.silence[index] / 10,
    interruptions: (index) => columns.interruptions[index],
    hold: (index) => columns.hold[index],
    findings: (index) => columns.failed[index].length,
  };
  const reviewStates = ["none", "counted", "draft", "shared", "acknowledged", "disputed", "resolved", "closed"];
  const weekday = (minute) => ((Math.floor(minute / minutesOfDay) + 3) % 7) + 1;
  const hour = (minute) => Math.floor((((minute % minutesOfDay) + minutesOfDay) % minutesOfDay) / 60);
  let order = [];
  let shown = 0;

  /** The numbers of the rules of a name, `pack/rule`; without its pack, as links of earlier versions have it, of all. */
  function rulesNamed(name) {
    const numbers = [...names.rules.keys.keys()].slice(1);
    return numbers.filter((number) => {
      const key = names.rules.keys[number];
      return key === name || key.slice(key.indexOf("/") + 1) === name;
    });
  }

  /** What a rule says of a call; nothing where the call was judged without it. */
  function verdict(rule, index) {
    const code = columns.verdicts[rule]?.[index] ?? 0;
    return code || columns.asked[index].includes(rule) ? verdictNames[code] : undefined;
  }

  function fillChoices() {
    const add = (select, value, label) => select.append(new Option(label, value));
    const isOfSeveral = (label) => names.rules.labels.indexOf(label) !== names.rules.labels.lastIndexOf(label);
    for (const [name, list] of Object.entries(nameLists)) {
      const select = form.elements[name];
      const entries = list.keys.map((key, number) => ({ key, label: list.labels[number] })).filter((entry) => entry.key);
      if (list === names.rules) {
        for (const entry of entries) if (isOfSeveral(entry.label)) entry.label += ` (${entry.key.split("/")[0]})`;
      }
      entries.sort((left, right) => left.label.localeCompare(right.label));
      for (const entry of entries) add(select, entry.key, entry.label);
      // A filter without anything to choose is only in the way.
      select.closest("label").hidden = entries.length === 0;
    }
    for (let day = 1; day <= 7; day++) add(form.elements.weekday, String(day), texts[`weekday-${day}`]);
    for (let each = 0; each < 24; each++) add(form.elements.hour, String(each), `${each}:00`);
    for (const state of reviewStates) add(form.elements.review, state, texts[`review-${state}`]);
  }

  /** The filters of the address: `fail=kcg-service%2Fhold.thanks&score_max=60&sort=-minute`. */
  function readAddress() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    for (const field of form.elements) {
      if (!field.name) continue;
      const value = parameters.get(field.name);
      if (field.type === "checkbox") field.checked = value !== null;
      else field.value = value ?? "";
      const rules = verdictFilters[field.name] && value ? rulesNamed(value) : [];
      if (rules.length === 1) field.value = names.rules.keys[rules[0]];
      // A name that no call has must not look like «any».
      else if (field.tagName === "SELECT" && value && field.value !== value) {
        field.append(new Option(value, value));
        field.value = value;
      }
    }
    const hidden = form.querySelector("details");
    if (findAll("[name]", hidden).some((field) => field.value && field.value !== "")) hidden.open = true;
    return parameters.get("sort") || "worst";
  }

  function chosen() {
    const filters = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") filters.append(name, value);
    return filters;
  }

  /** One test a filter; a call is shown where all hold. */
  function tests(filters) {
    const all = [];
    for (const [name, value] of filters) {
      const number = nameLists[name] ? nameLists[name].keys.indexOf(value) : -1;
      if (verdictFilters[name]) {
        const rules = rulesNamed(value);
        all.push((index) => rules.some((rule) => verdictFilters[name].includes(verdict(rule, index))));
      } else if (lists[name]) all.push((index) => lists[name][index].includes(number));
      else if (single[name]) all.push((index) => number > 0 && single[name][index] === number);
      else if (name === "answer") {
        const calls = new Set(columns.answers.calls[number]);
        all.push((index) => calls.has(index));
      } else if (name === "critical") all.push((index) => columns.critical[index] === 1);
      else if (name === "unscored") all.push((index) => columns.score[index] === null);
      else if (name === "from" || name === "to") {
        const limit = Date.parse(`${value}T00:00:00Z`) / 60000 + (name === "to" ? minutesOfDay : 0);
        all.push((index) => {
          const minute = columns.minute[index];
          return minute !== null && (name === "from" ? minute >= limit : minute < limit);
        });
      } else if (name === "weekday") all.push((index) => columns.minute[index] !== null && weekday(columns.minute[index]) === Number(value));
      else if (name === "hour") all.push((index) => columns.minute[index] !== null && hour(columns.minute[index]) === Number(value));
      else if (name === "review" && value === "counted") all.push((index) => columns.reviewed[index] === 1);
      else if (name === "review") all.push((index) => (names.review.keys[columns.review[index]] || "none") === value);
      else if (name === "file") {
        const part = value.toLocaleLowerCase();
        all.push((index) => source(index).toLocaleLowerCase().includes(part));
      } else {
        const [, measure, side] = name.match(/^(.*)_(min|max)$/) || [];
        const limit = Number(value.replace(",", "."));
        if (!bounds[measure] || Number.isNaN(limit)) continue;
        all.push((index) => {
          const measured = bounds[measure](index);
          return measured !== null && (side === "min" ? measured >= limit : measured <= limit);
        });
      }
    }
    return all;
  }

  const source = (index) => {
    const folder = names.folder.keys[columns.folder[index]];
    return folder ? `${folder}/${columns.file[index]}` : columns.file[index];
  };

  /** What calls are compared by; whatever is not known comes last. */
  const sortKeys = {
    score: bounds.score,
    minute: (index) => columns.minute[index],
    duration: bounds.duration,
    failed: (index) => columns.failed[index].length,
    agent: (index) => names.agent.labels[columns.agent[index]] || null,
    file: source,
  };

  function sorted(indices, sort) {
    if (sort === "worst") {
      const score = (index) => bounds.score(index) ?? Infinity;
      return indices.sort((left, right) => columns.critical[right] - columns.critical[left] || score(left) - score(right) || left - right);
    }
    const falling = sort.startsWith("-");
    const key = sortKeys[falling ? sort.slice(1) : sort];
    if (!key) return indices;
    const compare = (left, right) => (typeof left === "string" ? left.localeCompare(right) : left - right);
    return indices.sort((left, right) => {
      const [one, other] = [key(left), key(right)];
      if (one === null || other === null) return (one === null) - (other === null) || left - right;
      return (falling ? compare(other, one) : compare(one, other)) || left - right;
    });
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const language = document.documentElement.lang;
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const moments = new Intl.DateTimeFormat(language, { timeZone: "UTC", dateStyle: "short", timeStyle: "short" });
  const decimal = (value) => numbers.format(value);
  const moment = (minute) => (minute === null ? "" : moments.format(new Date(minute * 60000)));

  function row(index) {
    const line = element("tr", columns.critical[index] ? "critical" : "");
    const score = bounds.score(index);
    const scoreCell = element("td", "number");
    scoreCell.append(score === null ? element("span", "quiet", texts["score-none"]) : decimal(score));
    const findings = element("td");
    if (columns.critical[index]) findings.append(element("span", "chip critical", texts["chip-critical"]));
    const failed = columns.failed[index];
    for (const rule of failed.slice(0, chipsInRow)) findings.append(element("span", "chip", names.rules.labels[rule]));
    if (!failed.length) findings.append(element("span", "quiet", texts["list-no-findings"]));
    if (failed.length > chipsInRow) findings.append(element("span", "quiet", `+${failed.length - chipsInRow}`));
    const recording = element("th", "path");
    recording.scope = "row";
    const link = element("a", "", source(index));
    const id = columns.ids[index];
    link.href = `${root}calls/${id.slice(0, 2)}/${id}.html`;
    recording.append(link);
    line.append(scoreCell, element("td", "", moment(columns.minute[index])), element("td", "", names.agent.labels[columns.agent[index]] || "—"), element("td", "number", clock(columns.duration[index])), findings, recording);
    return line;
  }

  function showMore() {
    const part = document.createDocumentFragment();
    for (const index of order.slice(shown, shown + rowsAtOnce)) part.append(row(index));
    rows.append(part);
    shown = Math.min(order.length, shown + rowsAtOnce);
    more.hidden = shown >= order.length;
  }

  function showHeads(sort) {
    for (const head of findAll("#calls th[data-column]")) {
      const column = head.dataset.column;
      const direction = sort === column ? "ascending" : sort === `-${column}` ? "descending" : null;
      if (direction) head.setAttribute("aria-sort", direction);
      else head.removeAttribute("aria-sort");
    }
  }

  function summary() {
    const scored = order.map(bounds.score).filter((score) => score !== null);
    const fill = (text, values) => text.replace(/%(\d)/g, (_, number) => values[number - 1]);
    const parts = [fill(texts["list-shown"], [order.length, count])];
    if (scored.length) {
      const mean = scored.reduce((sum, score) => sum + score, 0) / scored.length;
      parts.push(fill(texts["list-average"], [decimal(mean), scored.length]));
    }
    return order.length ? parts.join(" · ") : texts["list-none"];
  }

  function apply(sort) {
    const started = performance.now();
    const all = tests(chosen());
    const found = [];
    for (let index = 0; index < count; index++) if (all.every((test) => test(index))) found.push(index);
    order = sorted(found, sort);
    shown = 0;
    rows.replaceChildren();
    showMore();
    showHeads(sort);
    find("#shown").textContent = summary();
    find("#shown").dataset.milliseconds = (performance.now() - started).toFixed(1);
  }

  let sort = "worst";
  function change(nextSort) {
    sort = nextSort;
    const filters = chosen();
    if (sort !== "worst") filters.set("sort", sort);
    history.replaceState(null, "", filters.size ? `#${filters}` : location.pathname + location.search);
    apply(sort);
  }

  fillChoices();
  form.hidden = false;
  sort = readAddress();
  apply(sort);
  form.addEventListener("input", () => change(sort));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => change("worst")));
  more.addEventListener("click", showMore);
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && !more.hidden) showMore();
  }).observe(more);
  for (const button of findAll("[data-sort]")) {
    button.addEventListener("click", () => change(sort === button.dataset.sort ? `-${button.dataset.sort}` : button.dataset.sort));
  }
  addEventListener("hashchange", () => apply((sort = readAddress())));
  find("#copy-link").addEventListener("click", async (event) => {
    const button = event.target;
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = texts.copied;
      setTimeout(() => (button.textContent = texts["copy-link"]), 1500);
    } catch {
      // Without the right to the clipboard the address line holds the link.
      prompt(texts["copy-link"], location.href);
    }
  });
})();
