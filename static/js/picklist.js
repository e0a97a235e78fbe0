/* <fieldset class="picker">: finds among its boxes while typing, chooses many at once, says how many are chosen. */
const boxesOf = (picker) => [...picker.querySelectorAll("input[name=creators]")];
const isShown = (box) => !box.closest("li").hidden;

const say = (picker) => {
  const number = boxesOf(picker).filter((box) => box.checked).length;
  picker.querySelector("[data-picked]").textContent = number ? `· ${number.toLocaleString("en")} chosen` : "";
};

const find = (picker, text) => {
  const wanted = text.trim().toLowerCase().replace(/^@/, "");
  let found = 0;
  for (const row of picker.querySelectorAll("li[data-words]")) {
    row.hidden = !row.dataset.words.includes(wanted);
    if (!row.hidden) found += 1;
  }
  picker.querySelector("[data-nobody]").hidden = found > 0;
};

for (const picker of document.querySelectorAll(".picker")) {
  picker.addEventListener("input", (event) => {
    if (event.target.matches("[data-find]")) find(picker, event.target.value);
    else say(picker);
  });
  // Enter in the field that finds is no wish to send the form.
  picker.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-find]")) event.preventDefault();
  });
  picker.addEventListener("click", (event) => {
    const wish = event.target.closest("[data-pick]")?.dataset.pick;
    if (!wish) return;
    for (const box of boxesOf(picker).filter(isShown)) box.checked = wish === "all" || (wish === "without" && "without" in box.dataset);
    say(picker);
  });
  if (picker.querySelector("[data-picked]")) say(picker);
}
