// Comments: written where the sentence stands, read in a list of their own. Each form works without this as well.
import { bench, bring, goTo } from "./review.js";

const panel = document.getElementById("comments");
const say = (words, bad = false) => {
  const status = bench.querySelector("[data-saved]");
  status.textContent = words;
  status.classList.toggle("bad-words", bad);
};

const threads = () => [...panel.querySelectorAll("[data-thread]")].filter((each) => each.offsetParent !== null || !panel.open);

const choose = (thread) => {
  for (const each of panel.querySelectorAll(".is-chosen")) each.classList.remove("is-chosen");
  panel.open = true;
  thread.classList.add("is-chosen");
  thread.focus({ preventScroll: true });
  thread.scrollIntoView({ block: "nearest" });
  if (thread.dataset.href) goTo(thread.dataset.href.slice(1));
};

export const stepThread = (by) => {
  if (!panel) return;
  const all = threads();
  if (!all.length) { say("未解決のコメントはありません。"); return; }
  const at = all.findIndex((each) => each.classList.contains("is-chosen"));
  choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
};

// A sentence is replaced when it changes; the form stands behind it, so that nothing typed is lost.
const place = (form) => document.getElementById(form.dataset.commentForm);
const close = (form) => {
  const owner = place(form);
  form.remove();
  owner?.querySelector(".sentence-text[href], .tool")?.focus({ preventScroll: true });
};

export const commentOn = async (id) => {
  const already = document.getElementById(`new-${id}`);
  if (already) { already.querySelector("textarea").focus(); return; }
  const owner = document.getElementById(id);
  const response = owner && await fetch(`${location.pathname}/comments/new/${id}`);
  if (!response?.ok || response.redirected) return;
  owner.insertAdjacentHTML(owner.matches("[data-sentence]") ? "afterend" : "beforeend", await response.text());
  const form = document.getElementById(`new-${id}`);
  bring(form);
  form.querySelector("textarea").focus({ preventScroll: true });
};

const apply = (answer, form) => {
  const settled = panel.querySelector(".waived")?.open;
  panel.innerHTML = answer.comments;
  panel.open = true;
  if (settled) panel.querySelector(".waived")?.setAttribute("open", "");
  document.querySelector("[data-decide]").innerHTML = answer.decide;
  for (const [id, html] of Object.entries(answer.marks))
    for (const mark of document.querySelectorAll(`[data-comments-of="${id}"]`)) mark.outerHTML = html;
  if (form.dataset.commentForm) close(form);
  const said = document.getElementById(answer.place);
  const thread = said?.closest("[data-thread]");
  if (!form.dataset.commentForm && thread && thread.offsetParent !== null) thread.focus({ preventScroll: true });
  thread?.scrollIntoView({ block: "nearest" });
};

if (bench && panel) {
  const typed = (form) => [...form.querySelectorAll("textarea")].some((each) => each.value.trim());
  let leaving = false;
  addEventListener("beforeunload", (event) => {
    if (!leaving && [...document.querySelectorAll(".comment-form")].some(typed)) event.preventDefault();
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!new URL(form.action).pathname.startsWith(`${location.pathname}/comments`)) return;
    if (form.dataset.plain) { leaving = true; return; }
    event.preventDefault();
    const status = form.querySelector("[data-comment-status]");
    const tell = (words, bad) => { if (status) status.textContent = words; say(words, bad); };
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, keepalive: true });
      if (response.redirected || !response.headers.get("content-type")?.includes("json")) { form.dataset.plain = "yes"; button.disabled = false; form.requestSubmit(); return; }
      const answer = await response.json();
      if (response.ok) { apply(answer, form); say("コメントを保存しました。"); } else tell(answer.detail, true);
    } catch {
      tell("サーバーにつながらないため、保存していません。", true);
    }
    button.disabled = false;
  });

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const mark = event.target.closest("[data-comments-of] a");
    const closer = event.target.closest("[data-comment-close]");
    if (!mark && !closer) return;
    event.preventDefault();
    if (closer) close(closer.closest("[data-comment-form]"));
    else if (mark.matches(".comment-count")) choose(document.getElementById(mark.hash.slice(1)));
    else commentOn(mark.parentElement.dataset.commentsOf);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.target.closest(".comment-form")?.requestSubmit();
  });

  bench.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-comment-form]");
    if (event.key !== "Escape" || event.isComposing || !form) return;
    event.stopPropagation();
    if (!typed(form)) close(form);
  });
}
