/* Lists: boxes that choose rows (all of a page, a range with Shift, everything that matches) and the bar that says how
   many; addresses without empty filters. */
let last = null;

const boxes = () => [...document.querySelectorAll("#list input[type=checkbox][form=bulk]")];

const say = () => {
  const words = document.querySelector("[data-chosen]");
  if (!words) return;
  const everything = document.querySelector("[data-all-matching]");
  const number = boxes().filter((box) => box.checked).length;
  words.textContent = everything?.checked ? "All that match" : `${number.toLocaleString("en")} chosen`;
  const all = document.querySelector("[data-all]");
  if (all) {
    all.checked = number > 0 && number === boxes().length;
    all.indeterminate = number > 0 && !all.checked;
  }
  const count = document.querySelector("[data-count]");
  const matching = document.querySelector("[data-matching]");
  if (count && matching) matching.textContent = `All ${Number(count.dataset.count).toLocaleString("en")} that match`;
};

const choose = (value) => {
  for (const box of boxes()) box.checked = value;
  const everything = document.querySelector("[data-all-matching]");
  if (everything && !value) everything.checked = false;
  say();
};

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) choose(event.target.checked);
  else if (event.target.matches("[data-all-matching]")) choose(event.target.checked || boxes().some((box) => box.checked));
  else if (event.target.matches("[form=bulk]")) {
    const everything = document.querySelector("[data-all-matching]");
    if (everything) everything.checked = false;
    say();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-choose-none]")) choose(false);
  const box = event.target.closest("input[type=checkbox][form=bulk]");
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  say();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest("#list, #bulk")) choose(false);
});

// "Show" in the filters' panel, or Enter: what is asked for is in sight.
document.addEventListener("submit", (event) => {
  if (event.target.id === "search") for (const menu of event.target.querySelectorAll("details[open]")) menu.open = false;
});

document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id !== "search") return;
  for (const [name, value] of [...event.detail.formData]) if (value === "") event.detail.formData.delete(name);
});
// A row that is read anew while it waits for TikTok stays chosen.
document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target;
  if (!event.detail.shouldSwap || !row.matches("#list tr[id]") || !boxes().some((box) => box.checked && row.contains(box))) return;
  document.addEventListener("htmx:afterSwap", () => {
    const box = boxes().find((one) => one.closest("tr").id === row.id);
    if (box) box.checked = true;
  }, { once: true });
});
document.addEventListener("htmx:afterSettle", say);
say();
