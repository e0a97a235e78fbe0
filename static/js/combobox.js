/* <form class="combobox">: a text field whose matching options htmx fetches; arrow keys choose, Enter presses, Escape
   closes. */
const fieldOf = (form) => form.querySelector("[role=combobox]");
const optionsOf = (form) => [...form.querySelectorAll("[role=option]:not([aria-disabled=true])")];

const choose = (form, option) => {
  for (const other of form.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    fieldOf(form).setAttribute("aria-activedescendant", option.id);
  } else fieldOf(form).removeAttribute("aria-activedescendant");
};

const show = (form, open) => {
  form.classList.toggle("open", open);
  fieldOf(form).setAttribute("aria-expanded", String(open));
  if (!open) choose(form, null);
};

const step = (form, distance) => {
  const options = optionsOf(form);
  if (!options.length) return;
  const current = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = current < 0 ? (distance > 0 ? 0 : -1) : (current + distance + options.length) % options.length;
  choose(form, options.at(next));
};

const onKey = (event, form) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    show(form, true);
    step(form, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (form.classList.contains("open")) form.querySelector("[role=option][aria-selected=true]")?.click();
  } else if (event.key === "Escape") show(form, false);
};

document.addEventListener("keydown", (event) => {
  const form = event.target.closest(".combobox");
  if (form && event.target === fieldOf(form)) onKey(event, form);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest(".combobox");
  if (form) show(form, true);
});

document.addEventListener("focusin", (event) => {
  for (const form of document.querySelectorAll(".combobox")) {
    if (event.target === fieldOf(form)) show(form, true);
    else if (!form.contains(event.target)) show(form, false);
  }
});

document.addEventListener("click", (event) => {
  for (const form of document.querySelectorAll(".combobox.open")) if (!form.contains(event.target)) show(form, false);
  if (event.target.closest(".combobox [role=option][aria-disabled=true]")) event.preventDefault();
});

/* New options: the first one is chosen. Something was added: the field stays, and its options are fetched anew. */
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.closest(".combobox");
  if (form && event.target.matches("[role=listbox]")) {
    if (fieldOf(form).value.trim()) choose(form, optionsOf(form)[0]);
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.(".combobox");
  if (!form || event.target !== form || !event.detail.successful) return;
  const field = fieldOf(form);
  field.focus();
  field.select();
  field.dispatchEvent(new Event("items-changed"));
});
