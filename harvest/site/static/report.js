// Shows what a marked word proves beside it, on hover, focus or tap; without this file the title and the link say it.
"use strict";
(() => {
  const card = document.createElement("div");
  card.className = "card";
  card.id = "card";
  card.setAttribute("role", "tooltip");
  card.hidden = true;
  document.body.append(card);
  let shown = null, touched = false, leaving = 0;

  const hide = () => {
    if (!shown) return;
    shown.title = shown.dataset.note;
    shown.removeAttribute("aria-describedby");
    shown = null;
    card.hidden = true;
  };
  const show = word => {
    clearTimeout(leaving);
    if (shown === word) return;
    hide();
    if (!word.title) return;
    shown = word;
    word.dataset.note = word.title;
    word.removeAttribute("title");
    word.setAttribute("aria-describedby", "card");
    card.replaceChildren(...word.dataset.note.split("; ").map(text => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    }));
    if (touched) {
      const more = document.createElement("a");
      more.href = word.href;
      more.textContent = "All about it";
      card.append(more);
    }
    card.hidden = false;
    const place = word.getClientRects()[0];
    const left = Math.min(place.left, innerWidth - card.offsetWidth - 16);
    card.style.left = `${Math.max(8, left) + scrollX}px`;
    card.style.top = `${place.bottom + scrollY + 6}px`;
  };
  const of = event => event.target.closest ? event.target.closest("a.w[href]") : null;

  document.addEventListener("pointerdown", event => { touched = event.pointerType === "touch"; });
  document.addEventListener("pointerover", event => {
    if (event.pointerType === "touch") return;
    const word = of(event);
    if (word) show(word);
    else if (card.contains(event.target)) clearTimeout(leaving);
    else if (shown) { clearTimeout(leaving); leaving = setTimeout(hide, 250); }
  });
  document.addEventListener("focusin", event => { const word = of(event); if (word) show(word); else if (!card.contains(event.target)) hide(); });
  document.addEventListener("click", event => {
    const word = of(event);
    if (word && touched && shown !== word) { event.preventDefault(); show(word); }
    else if (word && touched) event.preventDefault();
    else if (!card.contains(event.target)) hide();
  });
  document.addEventListener("keydown", event => { if (event.key === "Escape") hide(); });
})();
