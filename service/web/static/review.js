// Joins the two panes: a sentence shows its evidence, an utterance shows the sentences that cite it.
const bench = document.querySelector("[data-bench]");

if (bench) {
  bench.classList.add("scripted");
  const sentences = [...bench.querySelectorAll("[data-sentence]")];
  const evidence = (sentence) => sentence.dataset.evidence.split(" ").filter(Boolean);

  const mark = (current, linked) => {
    for (const element of bench.querySelectorAll(".is-current, .is-linked")) element.classList.remove("is-current", "is-linked");
    current.classList.add("is-current");
    for (const element of linked) element.classList.add("is-linked");
  };

  const bring = (element) => {
    if (!element) return;
    const pane = element.closest(".pane-body");
    const box = element.getBoundingClientRect();
    const frame = pane.getBoundingClientRect();
    if (box.top >= frame.top && box.bottom <= frame.bottom) return;
    pane.scrollTo({ top: pane.scrollTop + box.top - frame.top - 48 });
  };

  const showSentence = (sentence) => {
    const linked = evidence(sentence).map((id) => document.getElementById(id)).filter(Boolean);
    mark(sentence, linked);
    bring(linked[0]);
  };

  const showUtterance = (utterance) => {
    const linked = sentences.filter((sentence) => evidence(sentence).includes(utterance.id));
    mark(utterance, linked);
    bring(linked[0]);
  };

  const choosing = () => Boolean(String(getSelection()));

  bench.addEventListener("click", (event) => {
    if (event.target.closest("details")) return;
    const link = event.target.closest("a[href^='#']");
    const sentence = event.target.closest("[data-sentence]");
    const utterance = event.target.closest("[data-utterance]");
    if (sentence) {
      if (link) event.preventDefault();
      if (choosing()) return;
      showSentence(sentence);
      if (link && !link.classList.contains("sentence-text")) bring(document.getElementById(link.hash.slice(1)));
    } else if (utterance) {
      if (link) event.preventDefault();
      if (choosing()) return;
      showUtterance(utterance);
      if (link) bring(document.getElementById(link.hash.slice(1)));
    }
  });

  bench.addEventListener("focusin", (event) => {
    const sentence = event.target.closest(".sentence-text") && event.target.closest("[data-sentence]");
    if (sentence) showSentence(sentence);
    const utterance = event.target.closest("[data-utterance]");
    if (utterance) showUtterance(utterance);
  });

  // A form takes the caret when it opens.
  for (const details of bench.querySelectorAll("details")) {
    details.addEventListener("toggle", () => {
      if (!details.open) return;
      const sentence = details.closest("[data-sentence]");
      if (sentence) showSentence(sentence);
      details.querySelector(":scope > form textarea")?.focus();
    });
  }

  const fromAddress = () => {
    const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (target?.matches("[data-sentence]")) { bring(target); showSentence(target); }
    if (target?.matches("[data-utterance]")) { bring(target); showUtterance(target); }
  };
  addEventListener("hashchange", fromAddress);
  fromAddress();
}
