/* The calendar by keyboard: in the month arrows go from day to day and PageUp and PageDown to other months; elsewhere
   the left and right arrow do. t is today, Escape closes the day. */
const press = (name) => document.querySelector(`#calendar [data-key=${name}]`)?.click();
const days = () => [...document.querySelectorAll("#calendar .month [data-day]")];

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const KEYS = { PageUp: "previous", PageDown: "next", t: "today", Escape: "close" };
const OUTSIDE = { ArrowLeft: "previous", ArrowRight: "next", t: "today", Escape: "close" };

const step = (from, distance) => {
  const all = days();
  const next = all[all.indexOf(from) + distance];
  if (next) next.focus();
  else press(distance < 0 ? "previous" : "next");
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest("input, select, textarea, details[open], dialog")) return;
  const day = event.target.closest("[data-day]");
  if (day && event.key in STEPS) step(day, STEPS[event.key]);
  else if ((day ? KEYS : OUTSIDE)[event.key]) press((day ? KEYS : OUTSIDE)[event.key]);
  else return;
  event.preventDefault();
});

/* On a phone the day stands above the agenda in which it was pressed. */
let shown = "";
document.addEventListener("htmx:afterSettle", () => {
  const title = document.getElementById("day-title")?.textContent ?? "";
  if (title && title !== shown && window.matchMedia("(max-width: 820px)").matches) {
    document.getElementById("day").scrollIntoView({ block: "start" });
  }
  shown = title;
});
