// Ask the device for a passkey and post its answer by the form of the page. Without this file, or in a browser
// without passkeys, those forms stay hidden and the other ways stay.
const FOUR_MINUTES = 240_000; // what was asked is dead after five

const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toBase64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const described = (list) => (list ?? []).map((one) => ({ ...one, id: fromBase64url(one.id) }));

function parsed(options) {
  const ready = { ...options, challenge: fromBase64url(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: fromBase64url(options.user.id) };
  if (options.allowCredentials) ready.allowCredentials = described(options.allowCredentials);
  if (options.excludeCredentials) ready.excludeCredentials = described(options.excludeCredentials);
  return ready;
}

function spelled(credential) {
  const { id, rawId, type, response } = credential;
  const said = { clientDataJSON: toBase64url(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = toBase64url(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = toBase64url(response.authenticatorData);
    said.signature = toBase64url(response.signature);
    said.userHandle = response.userHandle ? toBase64url(response.userHandle) : null;
  }
  return JSON.stringify({ id, rawId: toBase64url(rawId), type, response: said });
}

async function asked(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  const response = await fetch(form.dataset.options, { method: "POST", headers });
  if (!response.ok) throw Object.assign(new TypeError("refused"), { status: response.status });
  return parsed(await response.json());
}

function say(form, what) {
  for (const notice of form.querySelectorAll("[data-passkey-says]")) notice.hidden = notice.dataset.passkeySays !== what;
}

function send(form, credential) {
  form.elements.answer.value = spelled(credential);
  form.submit();
}

// One ceremony at a time: a browser refuses the second.
let waiting = null;

function takeOver() {
  waiting?.abort();
  waiting = new AbortController();
  return waiting.signal;
}

async function show(form) {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  say(form, null);
  try {
    const signal = takeOver();
    const publicKey = await asked(form);
    const isNew = form.dataset.passkey === "create";
    const ask = { publicKey, signal };
    send(form, await (isNew ? navigator.credentials.create(ask) : navigator.credentials.get(ask)));
  } catch (error) {
    // The proof of this session has grown too old meanwhile: the page itself says what to do. Only after a press of
    // the button: where every question is refused, a page that asks by itself would be loaded for ever.
    if (error.status === 401 || error.status === 403) location.reload();
    button.disabled = false;
    say(form, { InvalidStateError: "exists", TypeError: "unreachable" }[error.name] ?? "refused");
    if (form.dataset.conditional !== undefined) offer(form);
  }
}

// The passkey stands in the list under the field of the username: choosing it there is the whole login.
async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  const signal = takeOver();
  const renewal = setTimeout(() => offer(form), FOUR_MINUTES);
  signal.addEventListener("abort", () => clearTimeout(renewal));
  try {
    const publicKey = await asked(form);
    if (signal.aborted) return;
    send(form, await navigator.credentials.get({ publicKey, signal, mediation: "conditional" }));
  } catch {
    // Nobody asked for this: who wants a passkey presses the button, which says what is wrong.
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      show(form);
    });
    if (form.dataset.conditional !== undefined) offer(form);
  }
  for (const notice of document.querySelectorAll("[data-passkey-missing]")) notice.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey-yields]")) {
    form.addEventListener("submit", () => waiting?.abort());
  }
}

// A page taken from the back/forward cache has asked and been answered already.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
