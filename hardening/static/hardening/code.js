// Submit a one-time code when its sixth digit is there. Without this file the button does the same.
const fields = document.querySelectorAll('input[autocomplete="one-time-code"]');

for (const field of fields) {
  let isSent = false;
  field.addEventListener("input", () => {
    // Pasted codes come as "123 456", and from some phones in full-width digits.
    const code = field.value.normalize("NFKC").replace(/[\s.-]/g, "");
    if (isSent || !/^\d{6}$/.test(code) || !field.form.checkValidity()) return;
    isSent = true;
    field.value = code;
    field.form.requestSubmit();
  });
}

// A page taken from the back/forward cache has been sent once already: let it be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
