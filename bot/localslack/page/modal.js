// Makes the dialog of an open modal live: without this it is a plain form over the page. The browser's own modal dialog
// keeps the focus inside; the page's refresh merges the drawn dialog, so typed text stays.
"use strict";

const modals = document.getElementById("modals");
let shown = null; // the dialog on screen
let before = null; // what had the focus when it came
let told = "0"; // the count of errors the person has been led to

function settle() {
  const dialog = modals.querySelector("dialog");
  if (dialog && !dialog.matches(":modal")) {
    if (!shown) before = document.activeElement;
    dialog.removeAttribute("open"); // it was drawn open for browsers without script
    dialog.showModal();
  }
  if (dialog && dialog !== shown) told = "0";
  if (dialog && dialog.dataset.told !== told) {
    told = dialog.dataset.told;
    const wrong = dialog.querySelector('[aria-invalid="true"]');
    (wrong?.querySelector("input") || wrong)?.focus();
  }
  if (!dialog && shown) (before?.isConnected && before !== document.body ? before : text).focus({ preventScroll: true });
  shown = dialog;
}

async function act(form, submitter, press) {
  if (form.getAttribute("aria-busy") === "true") return;
  const fields = new URLSearchParams(new FormData(form, submitter));
  if (press) fields.set("press", press);
  const action = press ? "/modal/press" : submitter?.getAttribute("formaction") || form.getAttribute("action");
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    tell((await response.json()).note);
  } catch {
    tell("Not sent: the local workspace does not answer.");
  } finally {
    form.removeAttribute("aria-busy");
    await refresh();
  }
}

modals.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = event.submitter?.closest("details.confirm");
  if (question) question.open = false;
  act(event.target, event.submitter);
});

// Escape, and whatever else makes the browser close the dialog, is the close button.
function dismiss(event) {
  if (event.target !== shown) return;
  event.preventDefault();
  act(document.getElementById("modal-close"));
}
modals.addEventListener("cancel", dismiss, true);
modals.addEventListener("close", dismiss, true);

// A field that tells the bot of every change: a choice at once, a text when Enter is pressed.
function dispatch(event) {
  const field = event.target.closest("[data-dispatch]");
  if (!field) return;
  const typed = event.target.matches("textarea, input:not([type=checkbox], [type=radio], [type=date], [type=time], [type=datetime-local])");
  if (event.type === "keydown" ? !typed || event.key !== "Enter" || event.isComposing : typed) return;
  if (event.type === "keydown" && event.target.matches("textarea")) return;
  event.preventDefault();
  act(event.target.form, null, field.dataset.dispatch);
}
modals.addEventListener("change", dispatch);
modals.addEventListener("keydown", dispatch);

modals.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-modal-press]");
  if (link) act(document.getElementById("modal-form"), null, link.dataset.modalPress);
});

document.addEventListener("merged", settle);
settle();
