/* Small comforts on pages that work without them: focus on what went wrong, one submit at a time, the new
   price spoken, a copy and a print button. Nothing here decides or stores anything. */
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);

  /* The live region stands outside whatever gets swapped. Emptied first, so that the same words count again. */
  const say = (words) => {
    const live = byId("live");
    if (!live || !words) return;
    live.textContent = "";
    setTimeout(() => { live.textContent = words; }, 60);
  };

  const focusOnTrouble = (root) => root.querySelector("[data-takes-focus]")?.focus();

  /* A link of the error list leads to a group: stand on its first choice, not on its frame. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#errors a[href^='#']");
    const place = link && byId(decodeURIComponent(link.hash.slice(1)));
    if (!place) return;
    const control = place.matches("fieldset") ? place.querySelector("input:not(:disabled)") : place;
    event.preventDefault();
    place.scrollIntoView({ block: "start" });
    (control || place).focus({ preventScroll: true });
  });

  /* A choice that is still on its way to the server must not be stored after what is sent from here: whoever goes on
     meanwhile goes on with its answer. */
  let goOn = null;
  const goOnNow = () => {
    const then = goOn;
    goOn = null;
    then?.();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.querySelector("#choice[aria-busy]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter?.id;
    goOn = () => form.requestSubmit(button ? byId(button) : null);
    setTimeout(() => {
      byId("choice")?.removeAttribute("aria-busy");
      goOnNow();
    }, 5000);
  }, true);

  /* A second submit while the first is under way is dropped. The button keeps its name and value. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), 12000);
  });
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  };
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-once]").forEach(release));

  /* A slash outside of any field goes to where one can look for an order. */
  document.addEventListener("keydown", (event) => {
    const field = document.querySelector("[data-find]");
    const busy = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !field || busy) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-print]");
    if (!button) return;
    if (button.matches("[data-print]")) {
      window.print();
      return;
    }
    const words = button.querySelector("span");
    try {
      await navigator.clipboard.writeText(byId(button.dataset.copy).textContent.trim());
      words.textContent = "Copied";
      say("Copied");
      setTimeout(() => { words.textContent = "Copy"; }, 2500);
    } catch {
      getSelection().selectAllChildren(byId(button.dataset.copy));
    }
  });
  const reveal = (root) => {
    root.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });
    if (navigator.clipboard) root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  };

  /* A hold near its end, and one that is over, say so without a look at the server. Only words change here. */
  let holdTimers = [];
  const watchHold = () => {
    holdTimers.forEach(clearTimeout);
    const hold = byId("hold");
    const left = Number(hold?.dataset.seconds ?? 0);
    if (!left) return;
    const turn = (state, seconds) => setTimeout(() => {
      const words = byId(`hold-${state}`);
      if (!hold.isConnected || !words) return;
      hold.className = `hold hold--${state}`;
      ["near", "over"].forEach((name) => { byId(`hold-${name}`).hidden = name !== state; });
      hold.querySelector(".hold__until").hidden = state === "over";
      say(words.textContent.trim());
    }, Math.max(seconds, 0) * 1000);
    holdTimers = [turn("near", left - 120), turn("over", left)];
  };

  /* htmx, on the pages that load it. */
  let before = "";
  let saidBefore = "";
  /* What the status page or the sum of Review says of itself. */
  const spoken = () => (byId("status") ?? byId("summary"))?.dataset.say ?? "";
  /* Which change of the form an answer belongs to: one that is older than the last change says nothing any more,
     and must not take back what was chosen since. */
  let changes = 0;
  const changesAt = new WeakMap();
  document.addEventListener("change", () => { changes += 1; }, true);
  const isOutrun = (ctx) => Boolean(byId("choice")) && changesAt.has(ctx) && changesAt.get(ctx) !== changes;

  document.addEventListener("htmx:before:request", (event) => {
    changesAt.set(event.detail.ctx, changes);
    event.target.querySelector?.("#choice")?.setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:before:swap", (event) => {
    const answer = event.detail.ctx.response.raw;
    if (answer.redirected) {
      // Access has ended, say: what came is another page, not a part of this one.
      event.preventDefault();
      location.assign(answer.url);
      return;
    }
    if (isOutrun(event.detail.ctx)) {
      event.preventDefault();
      return;
    }
    before = byId("difference")?.textContent ?? "";
    saidBefore = spoken();
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const choice = byId("choice");
    reveal(document);
    if (spoken() !== saidBefore) say(spoken());
    watchHold();
    if (!choice || isOutrun(event.detail.ctx)) return;
    choice.removeAttribute("aria-busy");
    if (event.detail.ctx.target === "#problem") {
      // The choices stay as they were made, so that the button can send them again.
      needUpdate();
      goOnNow();
      return;
    }
    byId("problem").replaceChildren();
    // What the server marked is what counts: a choice that is gone must not stay ticked in the browser.
    choice.querySelectorAll("input[type=radio]").forEach((radio) => { radio.checked = radio.defaultChecked; });
    focusOnTrouble(choice);
    say(choice.dataset.say);
    const difference = byId("difference");
    if (difference && difference.textContent !== before) {
      difference.classList.add("outcome--new");
      difference.addEventListener("animationend", () => difference.classList.remove("outcome--new"), { once: true });
    }
    goOnNow();
  });

  /* A search follows what is typed, once the typing rests: to htmx that is a change like any other. */
  let typing;
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-searches]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => event.target.dispatchEvent(new Event("change", { bubbles: true })), 350);
  });

  const needUpdate = () => document.querySelector(".update")?.classList.add("update--needed");

  document.addEventListener("htmx:error", (event) => {
    if (!byId("choice") || !event.detail.ctx) return;
    byId("choice").removeAttribute("aria-busy");
    needUpdate();
    const words = "The price could not be updated. Check your connection, then press Update choice.";
    const note = document.createElement("p");
    note.className = "notice notice--bad notice--plain";
    note.textContent = words;
    byId("problem").replaceChildren(note);
    say(words);
    goOnNow();
  });

  reveal(document);
  focusOnTrouble(document);
  watchHold();
})();
