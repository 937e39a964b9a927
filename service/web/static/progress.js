// Asks for the progress of each running meeting every 2 s until it has come to an end.
const INTERVAL = 2000;

function follow(box) {
  const timer = setInterval(async () => {
    let html;
    try {
      const response = await fetch(box.dataset.progress, { headers: { Accept: "text/html" }, redirect: "error" });
      if (!response.ok) return;
      html = await response.text();
    } catch {
      return; // The network may come back; the next round asks again.
    }
    const answer = new DOMParser().parseFromString(html, "text/html").body;
    // A screen reader reads the region again at each change, so it changes only when the words do.
    if (answer.textContent.trim() !== box.textContent.trim()) box.replaceChildren(...answer.childNodes);
    if (box.querySelector("[data-final]")) {
      clearInterval(timer);
      box.removeAttribute("data-progress");
      if (box.closest("[data-reload-when-final]")) location.reload();
      else showState(box);
    }
  }, INTERVAL);
}

function showState(box) {
  const chip = box.closest("tr")?.querySelector(".chip");
  const said = box.querySelector("[data-state]");
  if (!chip || !said) return;
  chip.textContent = said.dataset.state;
  chip.className = `chip ${said.dataset.tone}`;
}

for (const box of document.querySelectorAll("[data-progress]")) follow(box);
