/* What the frame does beyond HTML: menus that close, dialogs that cover the page, toasts that leave, what could not be
   asked, copying, "/", pictures that do not load. */
const TOAST_MS = 8000;

document.documentElement.classList.add("script");

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
};

const copy = async (button) => {
  const source = document.getElementById(button.dataset.copy);
  const label = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    label.textContent = "Copied";
  } catch {
    // Without permission or a secure page: select it, so that the keyboard can copy.
    window.getSelection().selectAllChildren(source);
    label.textContent = "Selected";
  }
  setTimeout(() => { label.textContent = "Copy"; }, 2000);
};

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

/* A picture whose address has expired gives way to the initial or the icon beneath it. */
const PICTURES = ".avatar img, .cover img";

const settle = () => {
  for (const picture of document.querySelectorAll(PICTURES)) {
    if (picture.complete && picture.naturalWidth === 0) picture.remove();
  }
  for (const dialog of document.querySelectorAll("dialog[data-modal][open]:not(:modal)")) {
    dialog.close();
    dialog.showModal();
  }
  for (const toast of document.querySelectorAll("[data-toast]:not([data-timed])")) {
    toast.dataset.timed = "";
    const leave = () => {
      // Somebody is reading it or about to press Undo.
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, TOAST_MS / 4);
      else toast.remove();
    };
    setTimeout(leave, TOAST_MS);
  }
};

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  event.target.closest("[data-close]")?.closest("[data-toast]").remove();
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  const jump = event.target.closest("[data-focus]");
  if (jump) {
    event.preventDefault();
    document.querySelector(jump.hash).focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = event.target.closest("details.menu[open]");
    closeMenus(null);
    menu?.querySelector("summary").focus();
  } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
    const field = document.querySelector('[data-shortcut="/"]');
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.target.form?.requestSubmit();
  }
});

// Errors of pictures do not bubble: caught on the way down.
document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement && event.target.matches(PICTURES)) event.target.remove();
}, true);
document.addEventListener("htmx:afterSettle", settle);
settle();

/* What somebody did and the server did not answer is said; what a page asks for by itself is asked for again. */
const ASKS_ITSELF = "[hx-trigger^=load], [hx-trigger^=every]";
const failed = (status) => {
  if (status === 0) return "trackagoat cannot be reached. Look at your connection and try again.";
  if (status === 429) return "That was too often. Wait a minute and try again.";
  if (status >= 500) return "That did not work, through a fault of ours. Try again.";
  return "That is not possible any more. Load the page again to see how things stand.";
};
const sayFailed = (event) => {
  if (event.detail.elt.matches(ASKS_ITSELF)) return;
  const words = failed(event.detail.xhr.status);
  const shown = [...document.querySelectorAll("#toasts .toast-text")];
  if (shown.some((text) => text.textContent === words)) return;
  const toast = document.getElementById("failed").content.cloneNode(true);
  toast.querySelector(".toast-text").textContent = words;
  document.getElementById("toasts").append(toast);
  settle();
};
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, sayFailed);
}
