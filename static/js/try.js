/* The reference's "Try it": asks the API with a person's own key and shows what came back. */
const KEPT = "trackagoat-api-key";
const form = document.querySelector("[data-try]");

const addressOf = () => {
  const url = new URL(form.dataset.try, location.origin);
  for (const input of form.querySelectorAll("[name]")) {
    const value = input.value.trim();
    if (input.dataset.path !== undefined) {
      url.pathname = url.pathname.replace(encodeURIComponent(`{${input.name}}`), encodeURIComponent(value));
    } else if (value) {
      url.searchParams.set(input.name, value);
    }
  }
  return url;
};

const pretty = async (response) => {
  const text = await response.text();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

const send = async () => {
  const key = form.querySelector("[data-key]").value.trim();
  const status = form.querySelector("[data-status]");
  const answer = form.parentElement.querySelector("[data-answer]");
  status.textContent = "Asking…";
  sessionStorage.setItem(KEPT, key);
  const began = performance.now();
  try {
    const response = await fetch(addressOf(), { headers: { Authorization: `Bearer ${key}` }, credentials: "omit" });
    const left = response.headers.get("X-RateLimit-Remaining");
    const took = Math.round(performance.now() - began);
    answer.firstElementChild.textContent = await pretty(response);
    answer.hidden = false;
    status.textContent = `${response.status} in ${took} ms${left === null ? "" : `, ${left} requests left this minute`}`;
  } catch {
    status.textContent = "The product could not be reached. Nothing was changed; try again.";
  }
};

if (form) {
  form.querySelector("[data-key]").value = sessionStorage.getItem(KEPT) ?? "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}
