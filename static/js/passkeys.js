/* What went wrong with a passkey, in words beside the button that asked for it. */
const WORDS = {
  NotAllowedError: "That was cancelled or took too long. Nothing has changed: try again.",
  InvalidStateError: "This device is registered already.",
  SecurityError: "Browsers offer passkeys on https and on localhost only. Open this page at such an address.",
  NotSupportedError: "This browser cannot make such a passkey. Try another one.",
};

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.getElementById("passkey-problem");
  problem.textContent = WORDS[event.detail.exception.name] ?? "That did not work. Nothing has changed: try again.";
  problem.hidden = false;
});
