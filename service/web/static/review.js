// Joins the two panes: a sentence shows its evidence, an utterance shows the sentences that cite it.
export const bench = document.querySelector("[data-bench]");

const evidence = (sentence) => sentence.dataset.evidence.split(" ").filter(Boolean);
const citing = (utterance) =>
  [...bench.querySelectorAll("[data-sentence]")].filter((sentence) => evidence(sentence).includes(utterance.id));

export const current = () => bench.querySelector(".is-current");

const mark = (chosen, linked) => {
  for (const element of bench.querySelectorAll(".is-current, .is-linked")) element.classList.remove("is-current", "is-linked");
  chosen.classList.add("is-current");
  for (const element of linked) element.classList.add("is-linked");
};

export const bring = (element) => {
  if (!element) return;
  const pane = element.closest(".pane-body");
  const box = element.getBoundingClientRect();
  const frame = pane.getBoundingClientRect();
  if (box.top >= frame.top && box.bottom <= frame.bottom) return;
  pane.scrollTo({ top: pane.scrollTop + box.top - frame.top - 48 });
};

export const linkedTo = (element) =>
  element.matches("[data-sentence]")
    ? evidence(element).map((id) => document.getElementById(id)).filter(Boolean)
    : citing(element);

export const show = (element) => {
  const linked = linkedTo(element);
  mark(element, linked);
  bring(linked[0]);
};

// A block stands for its first sentence.
export const target = (id) => {
  const element = id ? document.getElementById(id) : null;
  if (!bench || !element || !bench.contains(element)) return null;
  return element.matches("[data-block]") ? element.querySelector("[data-sentence]") ?? element : element;
};

export const goTo = (id) => {
  const element = target(id);
  if (!element) return;
  bring(element);
  if (element.matches("[data-sentence], [data-utterance]")) show(element);
};

if (bench) {
  const choosing = () => Boolean(String(getSelection()));

  bench.addEventListener("click", (event) => {
    if (event.target.closest("details, .tools, .tool, button")) return;
    const link = event.target.closest("a[href^='#']");
    const item = event.target.closest("[data-sentence], [data-utterance]");
    if (!item) return;
    if (link) event.preventDefault();
    if (choosing()) return;
    show(item);
    if (link && !link.classList.contains("sentence-text")) bring(document.getElementById(link.hash.slice(1)));
  });

  bench.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-sentence], [data-utterance]");
    if (item && !item.classList.contains("is-current")) show(item);
  });

  // A form takes the caret when it opens.
  bench.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelector(":scope > form textarea, :scope > form input:not([type=hidden])")?.focus();
  }, true);

  const fromAddress = () => goTo(location.hash.slice(1));
  addEventListener("hashchange", fromAddress);
  fromAddress();
}
