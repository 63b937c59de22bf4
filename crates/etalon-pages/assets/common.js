// What every page does. Each page is whole without this script.
"use strict";

const etalon = {
  page: document.body.dataset.page,
  root: document.body.dataset.root,

  /** The first element that a selector finds. */
  find: (selector, within = document) => within.querySelector(selector),

  /** All elements that a selector finds. */
  findAll: (selector, within = document) => [...within.querySelectorAll(selector)],

  /** Seconds as a player shows them: m:ss, or h:mm:ss from an hour on. */
  clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (number) => String(number).padStart(2, "0");
    return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  },

  /** Whether a key press belongs to a field that is being filled in. */
  isTyping: (event) => event.target.closest("input:not([type=range]), textarea, select, [contenteditable]") !== null,
};

// The place in a page is no part of what a browser asks a server for: the form takes it along.
if (etalon.page === "sign-in" && location.hash) {
  const next = etalon.find("input[name=next]");
  if (!next.value.includes("#")) next.value += location.hash;
}

// A closed <details> would be missing on paper.
addEventListener("beforeprint", () => {
  for (const details of etalon.findAll("details:not([open])")) {
    details.dataset.closed = "";
    details.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const details of etalon.findAll("details[data-closed]")) {
    details.open = false;
    delete details.dataset.closed;
  }
});
