// A letter's QR code and a mailed link carry their secret behind the #, which reaches no server, log or referrer.
// Put it into the field that will be posted, and take it out of the address and the history.
const field = document.querySelector("[data-fragment]");

function take() {
  const secret = location.hash.slice(1);
  if (!field || !/^[0-9a-z-]{8,64}$/i.test(secret)) return;
  field.value = secret;
  history.replaceState(null, "", location.pathname + location.search);
  for (const notice of document.querySelectorAll("[data-fragment-notice]")) notice.hidden = false;
}

take();
// The link may be opened in a tab that shows this page already.
addEventListener("hashchange", take);
