// Everything a clerk does on the review page, without leaving it: single actions, autosave, keys.
// Each of them is a plain form or link as well; what fails here is sent again the plain way.
import { commentOn, stepThread } from "./comments.js";
import { bench, bring, current, goTo, linkedTo, show } from "./review.js";

const address = bench?.dataset.address;
const field = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

if (address) {
  const findings = document.getElementById("findings");
  const status = bench.querySelector("[data-saved]");
  const PLACES = "gijiyoshi-desk";

  const say = (words, bad = false) => {
    status.textContent = words;
    status.classList.toggle("bad-words", bad);
  };

  // One request after the other: each needs the version that the one before it made.
  let line = Promise.resolve();
  const inLine = (work) => (line = line.then(work, work));

  const leave = (place) => {
    const panes = [...bench.querySelectorAll(".pane-body")].map((pane) => pane.scrollTop);
    sessionStorage.setItem(PLACES, JSON.stringify({ panes, page: scrollY, place }));
    const here = new URL(location.href);
    here.searchParams.delete("open");
    here.hash = place;
    history.replaceState(null, "", here);
    location.reload();
  };

  // Somebody else's change came between: what the page shows is read again once nobody is typing.
  let behind = false;

  const apply = (answer, form) => {
    const typing = form?.matches("[data-autosave]");
    if (typing) form.elements.version.value = answer.version;
    if (answer.base === Number(bench.dataset.version)) {
      bench.dataset.version = answer.version;
      for (const input of document.querySelectorAll("input[name=version]")) input.value = answer.version;
    } else behind = true;
    if (answer.reload || (behind && !typing)) {
      say("保存しました。");
      leave(answer.place);
      return;
    }
    for (const { id, html } of answer.sentences) {
      const old = document.getElementById(id);
      const fresh = document.createRange().createContextualFragment(html).querySelector("[data-sentence]");
      const marks = ["is-current", "is-linked"].filter((name) => old.classList.contains(name));
      // What is being typed in stays under the caret.
      const tools = old.querySelector(":scope > .tools");
      fresh.classList.add(...marks);
      if (tools) {
        old.className = fresh.className;
        old.dataset.evidence = fresh.dataset.evidence;
        for (const part of [".sentence-text", ".sentence-meta"]) old.querySelector(part).replaceWith(fresh.querySelector(part));
      } else old.replaceWith(fresh);
    }
    const open = findings.querySelector(".findings-scroll")?.scrollTop ?? 0;
    findings.innerHTML = answer.findings;
    const scroll = findings.querySelector(".findings-scroll");
    if (scroll) scroll.scrollTop = open;
    bench.querySelector("[data-undo]").innerHTML = answer.undo;
    document.querySelector("[data-decide]").innerHTML = answer.decide;
    document.getElementById("history").innerHTML = answer.history;
    document.querySelector("[data-offer]").innerHTML = answer.offer ?? "";
    say(`第${answer.version}版に保存しました。${behind ? "ほかの人の変更があります。" : ""}`);
  };

  const send = (url, given, form) => inLine(async () => {
    // Filled in only now: the request before this one may have made a new version.
    const data = typeof given === "function" ? given() : given;
    data.set("version", form?.elements.version?.value ?? bench.dataset.version);
    let response;
    try {
      // Kept alive: a page left in the middle of it does not lose what was typed.
      response = await fetch(url, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" }, keepalive: true });
    } catch {
      say("サーバーにつながらないため、保存していません。", true);
      return false;
    }
    if (response.redirected || !response.headers.get("content-type")?.includes("json")) { location.reload(); return false; }
    const answer = await response.json();
    if (response.ok) { apply(answer, form); return true; }
    if (response.status === 412 && form) { form.dataset.plain = "yes"; form.requestSubmit(); return false; }
    say(`${answer.detail ?? "保存できませんでした。"}`, true);
    return false;
  });

  const make = (edit) => {
    const data = new FormData();
    data.set("edit", JSON.stringify(edit));
    return send(`${address}/changes`, data);
  };

  // --- Forms and buttons
  const HERE = /\/(changes|fixes|undo|redo|sentences\/s\d+)$/;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const url = new URL(form.action);
    if (form.dataset.plain || !url.pathname.startsWith(address) || !HERE.test(url.pathname)) return;
    event.preventDefault();
    // This is the save that the pause in the typing waits for; a second one would make a version without a change.
    if (form.matches("[data-autosave]")) settled(form);
    // The answer replaces the list, and the form with it.
    const index = findings.contains(event.submitter ?? form) ? where() : null;
    const done = await send(form.action, new FormData(form, event.submitter), form);
    if (!done) { delete form.dataset.sent; return; }
    const tools = form.closest("[data-autosave]")?.closest(".tools");
    if (tools) { await close(tools); return; }
    if (index !== null) choose(index);
  });

  // --- A sentence is saved while it is typed
  const waiting = new Map();
  // Whether there is anything to send: the text that was sent last needs no second version.
  const settled = (form) => {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
    const text = form.querySelector("textarea").value.trim();
    if (!text || text === form.dataset.sent) return true;
    form.dataset.sent = text;
    return false;
  };
  const save = (form) => {
    if (settled(form)) return line;
    return send(form.action, () => new FormData(form), form);
  };
  bench.addEventListener("input", (event) => {
    const form = event.target.closest("[data-autosave]");
    if (!form || event.isComposing) return;
    say("入力中…");
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => save(form), 1000));
  });
  bench.addEventListener("compositionend", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));
  addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });

  // --- Tools open in place
  const close = async (tools) => {
    const form = tools.querySelector("[data-autosave]");
    if (form && waiting.has(form)) await save(form);
    const owner = tools.parentElement;
    tools.remove();
    if (behind) { leave(owner.id); return; }
    (owner.querySelector(".sentence-text[href], .tool") ?? owner).focus?.({ preventScroll: true });
  };
  const open = async (place) => {
    const owner = document.getElementById(place);
    const already = owner?.querySelector(`:scope > [data-tools="${place}"]`);
    if (!owner || already) { if (already) await close(already); return null; }
    const response = await fetch(`${address}/tools/${place}`);
    if (!response.ok || response.redirected) { location.href = `?open=${place}#${place}`; return null; }
    for (const other of bench.querySelectorAll(".tools")) await close(other);
    owner.insertAdjacentHTML("beforeend", await response.text());
    const tools = owner.lastElementChild;
    if (owner.matches("[data-sentence], [data-utterance]")) show(owner);
    const text = tools.querySelector("[data-autosave] textarea");
    if (text) { text.focus(); text.closest("form").dataset.sent = text.value.trim(); } else (tools.querySelector(".people button, .tool-row > button") ?? tools.querySelector("button, select, input:not([type=hidden])"))?.focus({ preventScroll: true });
    bring(tools);
    return tools;
  };
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const opener = event.target.closest("[data-open]");
    const closer = event.target.closest("[data-close]");
    if (!opener && !closer) return;
    event.preventDefault();
    if (opener) open(opener.dataset.open); else close(closer.closest(".tools"));
  });

  // --- Findings as a work list
  const items = () => [...findings.querySelectorAll("[data-finding]")];
  const where = () => Math.max(0, items().findIndex((item) => item.classList.contains("is-chosen")));
  const chosen = () => items().find((item) => item.classList.contains("is-chosen"));
  const choose = (index) => {
    const all = items();
    for (const item of all) item.classList.remove("is-chosen");
    if (!all.length) { say("指摘はすべて片付きました。"); return; }
    const item = all[Math.min(index, all.length - 1)];
    findings.open = true;
    item.classList.add("is-chosen");
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    const href = item.dataset.href;
    if (href) goTo(href.slice(1));
  };
  const step = (by) => {
    const all = items();
    const at = all.findIndex((item) => item.classList.contains("is-chosen"));
    choose(at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by)));
  };
  findings.addEventListener("toggle", (event) => {
    if (event.target.matches(".waive") && event.target.open) event.target.querySelector("input:not([type=hidden])").select();
  }, true);

  // --- Keys
  const dialog = document.getElementById("keys");
  const OFF = "gijiyoshi-keys-off";
  const off = dialog.querySelector("[data-keys-off]");
  off.checked = localStorage.getItem(OFF) === "yes";
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "yes" : ""));
  const hint = document.querySelector(".keys-hint");
  hint.hidden = false;
  hint.querySelector("[data-keys]").addEventListener("click", () => dialog.showModal());

  const move = (by, selector) => {
    const now = current();
    const kind = selector ?? (now?.matches("[data-utterance]") ? "[data-utterance]" : "[data-sentence]");
    const all = [...bench.querySelectorAll(kind)];
    let at = all.indexOf(now);
    if (at < 0 && now) at = all.findIndex((each) => each.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_PRECEDING) - (by > 0 ? 1 : 0);
    const next = all[at < 0 && by > 0 ? 0 : at + by];
    if (!next) return;
    show(next);
    bring(next);
    next.querySelector(".sentence-text[href], .tool")?.focus({ preventScroll: true });
  };
  const spoken = () => {
    const now = current();
    return now?.matches("[data-utterance]") ? now : now ? linkedTo(now)[0] : null;
  };
  const pull = () => current()?.querySelector(".mini[name=edit]")?.click();
  const shift = (direction) => {
    const block = current()?.closest("[data-block]");
    if (block) make({ do: "shift_statement", block: block.id, direction });
  };
  const across = () => {
    const now = current();
    const other = now && linkedTo(now)[0];
    if (other) { show(other); bring(other); other.querySelector(".sentence-text[href], .tool")?.focus({ preventScroll: true }); }
  };
  const LETTERS = {
    j: () => move(1),
    k: () => move(-1),
    e: () => current()?.matches("[data-sentence]") && open(current().id),
    b: () => { const block = current()?.closest("[data-block]"); if (block) open(block.id); },
    s: () => { const said = spoken(); if (said) { bring(said); open(said.id); } },
    t: across,
    o: () => move(1, "[data-utterance].is-out"),
    O: () => move(-1, "[data-utterance].is-out"),
    i: pull,
    n: () => step(1),
    p: () => step(-1),
    f: () => chosen()?.querySelector("[data-fix]")?.click(),
    F: () => chosen()?.querySelector("[data-fix-rule]")?.click(),
    c: () => { const now = current(); if (now) commentOn(now.id); },
    m: () => stepThread(1),
    M: () => stepThread(-1),
    w: () => { const waive = chosen()?.querySelector(".waive"); if (waive) { waive.open = true; waive.querySelector("input:not([type=hidden])").select(); } },
    "?": () => dialog.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (dialog.open || event.isComposing) return;
    const tools = event.target.closest?.(".tools") ?? bench.querySelector(".tools");
    if (event.key === "Escape") {
      if (tools) { event.preventDefault(); close(tools); }
      else if (event.target.closest?.(".waive")) { event.target.closest(".waive").open = false; chosen()?.focus(); }
      return;
    }
    if (field(event.target)) return;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      shift(event.key === "ArrowUp" ? "up" : "down");
      return;
    }
    if ((event.ctrlKey || event.metaKey) && /^[zy]$/i.test(event.key)) {
      event.preventDefault();
      const forward = event.key.toLowerCase() === "y" || event.shiftKey;
      bench.querySelector(`[data-step=${forward ? "redo" : "undo"}]:not([disabled])`)?.click();
      return;
    }
    if (off.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    const person = tools?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (person) { event.preventDefault(); person.click(); return; }
    const work = LETTERS[event.key];
    if (work) { event.preventDefault(); work(); }
  });

  // --- Both panes move together, where wished
  const together = bench.querySelector("[data-together]");
  together.parentElement.hidden = false;
  bench.querySelector("[data-pane=draft]").addEventListener("scroll", (event) => {
    if (!together.checked) return;
    const top = event.target.getBoundingClientRect().top;
    const first = [...bench.querySelectorAll("[data-sentence]")].find((each) => each.getBoundingClientRect().bottom > top);
    const said = first && linkedTo(first)[0];
    const pane = bench.querySelector("[data-pane=transcript]");
    if (said) pane.scrollTo({ top: pane.scrollTop + said.getBoundingClientRect().top - pane.getBoundingClientRect().top - 16, behavior: "instant" });
  }, { passive: true });

  // --- Where the person was before the page was loaded again
  const kept = sessionStorage.getItem(PLACES);
  sessionStorage.removeItem(PLACES);
  if (kept) {
    const { panes, page, place } = JSON.parse(kept);
    [...bench.querySelectorAll(".pane-body")].forEach((pane, n) => pane.scrollTo({ top: panes[n] ?? 0, behavior: "instant" }));
    scrollTo({ top: page, behavior: "instant" });
    goTo(place);
    current()?.querySelector(".sentence-text[href], .tool")?.focus({ preventScroll: true });
    say(`第${bench.dataset.version}版に保存しました。`);
  }
}

// Last of all scripts of this page: whoever sees it may press any key, and nothing is lost.
bench?.classList.add("scripted");
