// Reading a calendar file or a roster swaps the fields alone: the transcript that was chosen stays chosen.
const button = document.querySelector("[data-read]");
const form = button.form;
const status = document.querySelector("[data-read-status]");

form.addEventListener("submit", async (event) => {
  if (event.submitter !== button) return;
  event.preventDefault();
  const body = new FormData(form);
  body.delete("transcript");
  body.delete("meeting");
  const box = document.getElementById("imported");
  button.disabled = box.inert = true;
  status.textContent = "読み込んでいます…";
  let fresh;
  try {
    const answer = await fetch("/meetings/new/read", {
      method: "POST", body, headers: { Accept: "text/html" }, redirect: "error",
    });
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("imported");
  } catch {
    fresh = null;
  }
  button.disabled = box.inert = false;
  if (!fresh) {
    status.textContent = "読み込めませんでした。サインインしているか確かめ、もう一度押してください。";
    return;
  }
  status.textContent = "";
  box.replaceWith(fresh);
  fresh.focus();
});
