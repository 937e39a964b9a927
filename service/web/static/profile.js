// Shows what the form means while it is being filled in: the page asks for the preview alone and swaps it.
const PAUSE = 400;

const form = document.querySelector("[data-preview]");
const box = document.querySelector("[data-preview-box]");
const status = document.querySelector("[data-preview-status]");
let timer;
let asking;

async function refresh() {
  clearTimeout(timer);
  asking?.abort();
  const mine = (asking = new AbortController());
  let html;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.preview, {
      method: "POST", body, signal: mine.signal, headers: { Accept: "text/html" }, redirect: "error",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    html = await answer.text();
  } catch {
    if (mine === asking) status.textContent = "見本を更新できませんでした。「見本を更新」を押してください。";
    return;
  }
  if (mine !== asking) return;
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const refused = fresh.querySelector("[data-refused]");
  // With a fault in the form the last good preview stays, so that one does not lose one's place.
  box.classList.toggle("is-stale", Boolean(refused));
  status.textContent = refused ? refused.textContent : "入力のとおりに更新しました。";
  if (refused) return;
  const at = box.querySelector(".sheet")?.scrollTop ?? 0;
  box.replaceChildren(...fresh.childNodes);
  const sheet = box.querySelector(".sheet");
  if (sheet) sheet.scrollTop = at;
}

const ofTheForm = (event) => event.target.form === form && event.target.type !== "file";

document.addEventListener("input", (event) => {
  if (!ofTheForm(event)) return;
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
});

// Enter in a field presses the first button of the form, which is 見本を更新: nobody saves by chance.
form.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "preview" || box.classList.contains("is-stale")) return;
  event.preventDefault();
  refresh();
});
