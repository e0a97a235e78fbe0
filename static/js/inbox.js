/* The inbox by keyboard: j and k move from card to card, a and x decide on the one that is stood on, u undoes, Space
   chooses, o opens the post. A card that is being decided on is left at once; it stays if the answer is a failure. */
const LIST = "#list";
const cards = () => [...document.querySelectorAll(`${LIST} .post:not(.deciding)`)];
const current = () => document.activeElement?.closest(`${LIST} .post`);

const stand = (card) => {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
};

const neighbour = (card, distance) => {
  const all = cards();
  return card ? all[all.indexOf(card) + distance] : all[0];
};

const decide = (status) => {
  const card = current();
  if (card) card.querySelector(`button[name=tracking_status][value=${status}]`)?.click();
  else stand(cards()[0]);
};

/* What is still on its way is the last thing that was done: undoing waits for it. */
let undoAfter = false;
const isDeciding = () => document.querySelector(`${LIST} .deciding`) !== null;
const undo = () => {
  undoAfter = isDeciding();
  if (!undoAfter) document.querySelector("[data-undo]")?.requestSubmit();
};

const KEYS = {
  j: () => stand(neighbour(current(), 1)),
  k: () => stand(neighbour(current(), -1)),
  a: () => decide("included"),
  x: () => decide("excluded"),
  u: undo,
  o: () => current()?.querySelector("[data-open]")?.click(),
  " ": () => current()?.querySelector("input[type=checkbox]")?.click(),
};

const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  // Space on a button or a box is theirs.
  if (event.key === " " && !event.target.matches(".post")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-leave]")) {
    const card = event.target.closest(".post");
    const next = neighbour(card, 1) ?? neighbour(card, -1);
    card.remove();
    stand(next);
  }
});

const isOfCard = (element) => element instanceof Element && element.matches(".post-actions");

document.addEventListener("submit", (event) => {
  if (!isOfCard(event.target) || !event.target.hasAttribute("hx-post")) return;
  const card = event.target.closest(".post");
  const next = neighbour(card, 1) ?? neighbour(card, -1);
  card.classList.add("deciding");
  stand(next);
});

/* Somebody else's network or our server: the post is where it was, and can be decided again. */
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    if (!isOfCard(event.detail.elt)) return;
    const card = event.detail.elt.closest(".post");
    card.classList.remove("deciding");
    stand(card);
  });
}

/* The list was drawn anew by an earlier answer, because nothing is left: this one has nothing to add. */
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (isOfCard(event.detail.elt) && !event.detail.elt.isConnected) event.preventDefault();
});

/* Cards that an undo brings back come first in the answer: each goes where it was, the first is stood on. */
const putBack = () => {
  const back = [...document.querySelectorAll(`${LIST} [data-back]`)];
  for (const card of back) {
    const isOlder = (other) => Number(other.dataset.order) < Number(card.dataset.order);
    const older = cards().find((other) => !other.hasAttribute("data-back") && isOlder(other));
    const place = older ?? document.querySelector("#cards > .more");
    if (place) place.before(card);
    else document.getElementById("cards").append(card);
    card.removeAttribute("data-back");
  }
  if (back.length) stand(back[0]);
};

/* Further cards are fetched before one stands on the last: a screen and a half ahead. */
const ahead = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    ahead.unobserve(entry.target);
    entry.target.dispatchEvent(new CustomEvent("near"));
  }
}, { rootMargin: "150% 0%" });
const watch = () => {
  for (const more of document.querySelectorAll("#cards > .more")) ahead.observe(more);
};

/* Posts that arrived while one worked stand in the count and not in the list: with its last card gone, it is read anew. */
const isUsedUp = () => document.querySelector("#cards") && !document.querySelector(`${LIST} .post, #cards > .more`);
const readAnew = async () => {
  await htmx.ajax("GET", location.href, { target: LIST, select: LIST, swap: "outerHTML show:none" });
  if (document.activeElement === document.body) stand(cards()[0]);
};

document.addEventListener("htmx:afterSettle", () => {
  putBack();
  watch();
  if (undoAfter) undo();
  if (isUsedUp()) readAnew();
});
document.addEventListener("htmx:load", watch);

window.addEventListener("beforeunload", (event) => {
  if (isDeciding()) event.preventDefault();
});
