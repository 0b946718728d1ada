// Copies references. Pages read well without it; a button appears only where copying works.
// <p data-copyable>text</p> gets a button that copies the text; data-copyable="all" copies every .reference within,
// numbered where they stand in an <ol>. A <button data-copy="#id"> of the page copies that element.
(function () {
  "use strict";

  function listed(element) {
    var list = element.querySelector("ol");
    var number = list ? list.start : 0;
    return Array.prototype.map.call(element.querySelectorAll(".reference"), function (reference) {
      return (list ? number++ + ". " : "") + plain(reference);
    }).join("\n");
  }

  function plain(element) {
    return element.textContent.replace(/\s+/g, " ").trim();
  }

  function rich(element, all) {
    if (!all) { return element.innerHTML; }
    return Array.prototype.map.call(element.querySelectorAll(".reference"), function (reference) {
      return "<p>" + reference.innerHTML + "</p>";
    }).join("");
  }

  function copy(element, all) {
    var text = all ? listed(element) : plain(element);
    if (!window.ClipboardItem || !navigator.clipboard.write || (all && element.querySelector("ol"))) {
      return navigator.clipboard.writeText(text);
    }
    return navigator.clipboard.write([new ClipboardItem({
      "text/plain": new Blob([text], { type: "text/plain" }),
      "text/html": new Blob([rich(element, all)], { type: "text/html" })
    })]).catch(function () { return navigator.clipboard.writeText(text); });
  }

  function wire(button, element, all) {
    var said = document.createElement("span");
    said.className = "copied small";
    said.setAttribute("role", "status");
    button.insertAdjacentElement("afterend", said);
    button.addEventListener("click", function () {
      copy(element, all).then(function () { said.textContent = "Copied."; },
        function () { said.textContent = "Not copied; select the text instead."; });
    });
  }

  function added(element) {
    var all = element.getAttribute("data-copyable") === "all";
    var button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = all ? "Copy these references" : "Copy";
    if (all) {
      element.insertAdjacentElement("afterbegin", button);
    } else {
      element.insertAdjacentElement("afterend", button);
    }
    wire(button, element, all);
  }

  if (!navigator.clipboard || !navigator.clipboard.writeText) {
    document.querySelectorAll("button[data-copy]").forEach(function (button) { button.hidden = true; });
    return;
  }
  document.querySelectorAll("[data-copyable]").forEach(added);
  document.querySelectorAll("button[data-copy]").forEach(function (button) {
    var element = document.querySelector(button.getAttribute("data-copy"));
    if (element) { wire(button, element, false); }
  });
})();
