/* Signing in with a passkey, and adding one: the one thing here that cannot be done without a script. The server
   asks and the server checks; this only carries its question to the device and the answer back in a form. */
(() => {
  "use strict";

  const ways = {
    add: (options) => navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    }),
    use: (options) => navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    }),
  };

  const carry = async (form) => {
    const asked = await fetch(form.dataset.asks, { method: "POST", body: new FormData(form), redirect: "error" });
    if (!asked.ok) throw new Error(asked.status);
    const answered = await ways[form.dataset.passkey](await asked.json());
    form.elements.answer.value = JSON.stringify(answered.toJSON());
    form.submit();
  };

  const offer = (form) => {
    const trouble = form.querySelector("[data-trouble]");
    form.hidden = false;
    const without = document.getElementById(form.dataset.without);
    if (without) without.hidden = true;
    window.addEventListener("pageshow", () => { form.elements.answer.value = ""; });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.ariaBusy === "true") return;
      form.ariaBusy = "true";
      trouble.textContent = "";
      try {
        await carry(form);
      } catch {
        trouble.textContent = trouble.dataset.trouble;
      }
      form.ariaBusy = "false";
    });
  };

  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  document.querySelectorAll("[data-passkey]").forEach((form) => {
    if (form.dataset.origin === location.origin) offer(form);
  });
})();
