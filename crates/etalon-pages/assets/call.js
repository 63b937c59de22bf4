// The page of one call: playing, following the words, showing what a verdict rests on.
if (etalon.page === "call") (() => {
  const { find, findAll, clock, isTyping } = etalon;
  const duration = Number(find("article.call").dataset.duration) || 1;
  const audio = find("#audio");
  const words = readWords();
  const findings = findAll(".findings .finding");
  let spoken = null;
  let finding = -1;
  let stopAt = Infinity;

  /** All words with their seconds, in order of time. */
  function readWords() {
    const all = [];
    for (const turn of findAll("[data-words]")) {
      const times = turn.dataset.words ? turn.dataset.words.split(" ") : [];
      const spans = findAll(".words > span:not(.removed)", turn);
      let start = 0;
      times.forEach((pair, index) => {
        const [after, length] = pair.split(",").map(Number);
        start += after;
        if (spans[index]) all.push({ start: start / 100, end: (start + length) / 100, element: spans[index], turn });
      });
    }
    return all.sort((left, right) => left.start - right.start);
  }

  /** The last word that began by this second, unless it is long over. */
  function wordAt(second) {
    let [low, high] = [0, words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (words[middle].start <= second) low = middle + 1;
      else high = middle;
    }
    const word = words[low - 1];
    return word && second <= word.end + 0.3 ? word : null;
  }

  function showTime(second) {
    const place = `${Math.min(100, (100 * second) / duration)}%`;
    const line = find("#playhead");
    line.setAttribute("x1", place);
    line.setAttribute("x2", place);
    const output = find("#clock");
    if (output) output.textContent = clock(second);
    const word = wordAt(second);
    if (word === spoken) return;
    if (spoken) spoken.element.classList.remove("spoken");
    if (word) word.element.classList.add("spoken");
    if (word && audio && !audio.paused && (!spoken || spoken.turn !== word.turn)) {
      word.turn.scrollIntoView({ block: "nearest" });
    }
    spoken = word;
  }

  /** Plays from a second on; `end` stops a little after it where it is known. */
  function playFrom(second, end = Infinity) {
    const from = Math.max(0, second);
    showTime(from);
    if (!audio) return;
    stopAt = Infinity;
    audio.currentTime = from;
    stopAt = end;
    audio.play().catch(() => {});
  }

  /** Lights the words and marks that one rule rests on, and dims the others. */
  function lightRule(rule) {
    for (const element of findAll(".lit")) element.classList.remove("lit");
    const places = rule ? findAll(".evidence [data-t]", rule) : [];
    find("article.call").classList.toggle("has-lit", places.length > 0);
    for (const place of places) {
      const [start, end] = [Number(place.dataset.t), Number(place.dataset.end)];
      for (const word of words) {
        if (word.start < Math.max(end, start + 0.01) && word.end > start) word.element.classList.add("lit");
      }
    }
    const first = find(".words > .lit");
    if (first) first.closest(".turn").scrollIntoView({ block: "nearest" });
    if (!rule) return;
    for (const mark of findings) mark.classList.toggle("lit", mark.dataset.rule === rule.dataset.rule);
  }

  function openRule(name) {
    for (const rule of findAll("details.rule")) {
      if (rule.dataset.rule !== name) continue;
      rule.open = true;
      const group = rule.closest("details.group");
      if (group) group.open = true;
      lightRule(rule);
      rule.scrollIntoView({ block: "nearest" });
      return;
    }
  }

  function goToFinding(step) {
    if (findings.length === 0) return;
    finding = (finding + step + findings.length) % findings.length;
    findings[finding].focus();
    playPlace(findings[finding]);
  }

  function playPlace(place) {
    const second = Number(place.dataset.t) - Number(place.dataset.lead || 0);
    const end = place.dataset.end ? Number(place.dataset.end) + 1 : Infinity;
    if (findings.includes(place)) finding = findings.indexOf(place);
    if (place.dataset.rule) openRule(place.dataset.rule);
    playFrom(second, end);
    // The address names the place, so that it can be passed on.
    history.replaceState(null, "", `#t=${place.dataset.t}`);
  }

  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-t]");
    if (place) {
      event.preventDefault();
      playPlace(place);
      return;
    }
    const word = words.find((each) => each.element === event.target);
    if (word) playFrom(word.start);
  });

  for (const rule of findAll("details.rule")) {
    rule.addEventListener("toggle", () => {
      if (rule.open) lightRule(rule);
      else if (!find("details.rule[open]")) lightRule(null);
    });
  }

  find("#track").addEventListener("click", (event) => {
    if (event.target.closest("[data-t]")) return;
    const box = find("#track").getBoundingClientRect();
    playFrom((duration * (event.clientX - box.left)) / box.width);
  });

  if (audio) {
    const [play, speed, zoom] = [find("#play"), find("#speed"), find("#zoom")];
    const playLabel = play.textContent;
    find(".controls").hidden = false;
    audio.controls = false;
    audio.preservesPitch = true;

    const toggle = () => {
      stopAt = Infinity;
      if (audio.paused) audio.play().catch(() => {});
      else audio.pause();
    };
    const changeSpeed = (step) => {
      speed.selectedIndex = Math.min(speed.length - 1, Math.max(0, speed.selectedIndex + step));
      audio.playbackRate = Number(speed.value);
    };
    const follow = () => {
      showTime(audio.currentTime);
      if (audio.currentTime >= stopAt) audio.pause();
      if (!audio.paused) requestAnimationFrame(follow);
    };
    const keys = {
      " ": toggle,
      j: () => (audio.currentTime -= 5),
      k: () => (audio.currentTime += 5),
      "[": () => changeSpeed(-1),
      "]": () => changeSpeed(1),
      n: () => goToFinding(1),
      p: () => goToFinding(-1),
    };

    play.addEventListener("click", toggle);
    find("#next").addEventListener("click", () => goToFinding(1));
    find("#previous").addEventListener("click", () => goToFinding(-1));
    speed.addEventListener("change", () => changeSpeed(0));
    zoom.addEventListener("change", () => {
      find("#track").style.width = `${100 * Number(zoom.value)}%`;
    });
    audio.addEventListener("play", () => {
      play.textContent = play.dataset.pause;
      follow();
    });
    audio.addEventListener("pause", () => (play.textContent = playLabel));
    audio.addEventListener("seeked", () => showTime(audio.currentTime));
    audio.addEventListener("error", () => (find("#lost").hidden = false));
    find("#choose").addEventListener("change", (event) => {
      const [file] = event.target.files;
      if (!file) return;
      audio.src = URL.createObjectURL(file);
      find("#lost").hidden = true;
    });
    document.addEventListener("keydown", (event) => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      // A letter is found by its key as well, so that Cyrillic layouts work.
      const name = { KeyJ: "j", KeyK: "k", KeyN: "n", KeyP: "p", BracketLeft: "[", BracketRight: "]" }[event.code];
      const action = keys[name || event.key];
      const isPress = event.key === " " && event.target.closest("button, summary, a");
      if (!action || isPress) return;
      event.preventDefault();
      action();
    });
    if (audio.error) find("#lost").hidden = false;
  }

  function followAddress() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    if (parameters.has("rule")) openRule(parameters.get("rule"));
    if (!parameters.has("t")) return;
    const second = Math.max(0, Number(parameters.get("t")) - 2) || 0;
    if (audio) audio.currentTime = second;
    showTime(second);
  }
  addEventListener("hashchange", followAddress);
  followAddress();
})();
