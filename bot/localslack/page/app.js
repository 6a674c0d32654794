// Makes the page live: it works as plain forms without this. Posts go by fetch,
// changes come as server-sent events, and the page as the server draws it is
// merged into the one on screen, so focus, open threads and typed text stay.
"use strict";

const text = document.getElementById("text");
const note = document.getElementById("note");
const pending = document.getElementById("pending");

document.querySelectorAll(".scripted").forEach((e) => { e.hidden = false; });

function nearEnd() {
  return window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 160;
}

function toEnd() {
  window.scrollTo({ top: document.documentElement.scrollHeight });
}

// follow shows what has just come: its beginning when it is taller than the
// window, else the end of the page.
function follow(arrived) {
  const newest = arrived.at(-1);
  const room = window.innerHeight - document.querySelector(".dock").offsetHeight;
  if (newest && newest.offsetHeight > room) newest.scrollIntoView({ block: "start" });
  else toEnd();
}

// arrived collects the messages that a merge has added.
let arrived = [];

// merge makes the element on screen equal to the drawn one, in place.
function merge(screen, drawn) {
  for (const { name } of [...screen.attributes]) {
    if (!drawn.hasAttribute(name) && name !== "open" && name !== "aria-busy") screen.removeAttribute(name);
  }
  for (const { name, value } of drawn.attributes) {
    if (name !== "open" && screen.getAttribute(name) !== value) screen.setAttribute(name, value);
  }
  const keyed = new Map();
  for (const child of screen.children) {
    if (child.dataset.key) keyed.set(child.dataset.key, child);
  }
  let at = screen.firstChild;
  for (const next of [...drawn.childNodes]) {
    const key = next.nodeType === 1 ? next.dataset.key : "";
    let match = key ? keyed.get(key) : at;
    if (match && !key && match.nodeType === 1 && match.dataset.key) match = null;
    if (match && match.nodeName === next.nodeName) {
      if (match !== at) screen.insertBefore(match, at); else at = at.nextSibling;
      if (match.nodeType === 1) merge(match, next);
      else if (match.data !== next.data) match.data = next.data;
    } else {
      const added = screen.insertBefore(document.importNode(next, true), at);
      if (key) arrived.push(added);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

let reading = false;
let again = false;

async function refresh() {
  if (reading) { again = true; return; }
  reading = true;
  try {
    const response = await fetch(location.pathname + location.search.replace(/[?&]note=[^&]*/, ""));
    const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
    const following = nearEnd();
    arrived = [];
    for (const id of ["side", "log", "modals"]) merge(document.getElementById(id), drawn.getElementById(id));
    document.dispatchEvent(new Event("merged"));
    if (following && arrived.length) follow(arrived);
  } catch {
    tell("The local workspace does not answer. Is it still running?");
  } finally {
    reading = false;
    if (again) { again = false; refresh(); }
  }
}

function tell(words) {
  if (note.textContent !== words) note.textContent = words;
}

// waiting shows that the bot has not taken something yet.
function waiting() {
  const line = document.createElement("p");
  line.className = "message";
  line.textContent = "Sending…";
  pending.replaceChildren(line);
  toEnd();
}

async function send(form, submitter) {
  const fields = new URLSearchParams(new FormData(form, submitter));
  const typing = form.id === "composer";
  const words = fields.get("text") || fields.get("suggestion") || "";
  form.setAttribute("aria-busy", "true");
  tell("");
  waiting();
  if (typing) { text.value = ""; }
  try {
    const response = await fetch(form.getAttribute("action"), { method: "POST", body: fields, headers: { Accept: "application/json" } });
    const result = await response.json();
    tell(result.note);
  } catch {
    tell("Not sent: the local workspace does not answer.");
    if (typing && !text.value) text.value = words;
  } finally {
    form.removeAttribute("aria-busy");
    pending.replaceChildren();
    await refresh();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("live" in form.dataset)) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true" && form.id !== "composer") return;
  const question = form.closest("details.confirm");
  if (question) question.open = false;
  send(form, event.submitter);
});

// Enter sends. The new line itself is caught, not the key, so a key that an input
// method uses for something else is left alone.
let shifted = false;
text.addEventListener("keydown", (event) => { shifted = event.shiftKey; });
text.addEventListener("beforeinput", (event) => {
  if (event.inputType !== "insertLineBreak" || shifted || event.isComposing) return;
  event.preventDefault();
  text.form.requestSubmit();
});

// A link button opens its page and also reaches the bot, as in Slack.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-press]");
  if (!link) return;
  const fields = new URLSearchParams(new FormData(document.getElementById("composer")));
  fields.delete("text");
  for (const key of ["ts", "action", "block", "value"]) fields.set(key, link.dataset[key]);
  fetch("/press", { method: "POST", body: fields, keepalive: true, headers: { Accept: "application/json" } }).catch(() => {});
});

new EventSource("/stream").onmessage = (event) => {
  if (event.data !== document.getElementById("log").dataset.revision) refresh();
};

if (document.querySelector(".replying")) text.focus({ preventScroll: true });
if (!location.hash && document.querySelector("#log .message")) toEnd();
