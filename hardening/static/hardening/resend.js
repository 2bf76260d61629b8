// Send a form on that waited for a proof. Without this file its button does the same.
const form = document.querySelector("form[data-resend]");

// Come back to by the back button, the page has been sent once already.
addEventListener("pageshow", (event) => {
  if (!event.persisted && performance.getEntriesByType("navigation")[0]?.type !== "back_forward") form.requestSubmit();
});
