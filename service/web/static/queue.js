// Choosing all rows at once is a comfort; each row has its own checkbox without it.
for (const all of document.querySelectorAll("[data-choose-all]")) {
  const boxes = [...document.querySelectorAll(`input[name="meeting"][form="${all.closest("form").id}"]`)];
  const own = all.querySelector("input");
  all.hidden = false;
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    own.checked = chosen === boxes.length;
    own.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  own.addEventListener("change", () => { for (const box of boxes) box.checked = own.checked; });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
