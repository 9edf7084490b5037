"use strict";
// Narrows what is shown. The page is whole without it: it fetches nothing, keeps nothing, and writes text only.
(() => {
  const form = document.querySelector("form.filter");
  const told = form.querySelector("output");
  const unfold = form.elements.unfold;
  const finding = (element) => ({ element, severity: element.dataset.severity, rule: element.dataset.rule });
  const domains = [...document.querySelectorAll("details.domain")].map((element) => ({
    element,
    name: element.dataset.domain.toLowerCase(),
    open: element.open,
    findings: [...element.querySelectorAll("article.finding")].map(finding),
  }));
  const total = domains.reduce((sum, domain) => sum + domain.findings.length, 0);
  // So many matches are unfolded by themselves: more are looked through by their names first.
  const FEW = 10;
  const hide = (element, hidden) => { if (element.hidden !== hidden) element.hidden = hidden; };
  const number = (value) => value.toLocaleString("en");
  let narrowed = false;

  const filter = () => {
    const boxes = [...form.querySelectorAll("input[name=severity]")];
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    // Of one domain there is none to choose.
    const name = form.elements.domain?.value.trim().toLowerCase() ?? "";
    const rule = form.elements.rule.value;
    const chooses = rule !== "" || severities.size < boxes.length;
    const shown = [];
    let findings = 0;
    for (const domain of domains) {
      const named = domain.name.includes(name);
      let some = 0;
      for (const found of named ? domain.findings : []) {
        const matches = severities.has(found.severity) && (rule === "" || found.rule === rule);
        hide(found.element, !matches);
        if (matches) some += 1;
      }
      const visible = named && (some > 0 || !chooses);
      hide(domain.element, !visible);
      if (visible) shown.push(domain);
      findings += visible ? some : 0;
    }
    const was = narrowed;
    narrowed = chooses || name !== "";
    if (narrowed && shown.length <= FEW) {
      for (const domain of shown) domain.element.open = true;
    } else if (was) {
      for (const domain of domains) domain.element.open = domain.open;
    }
    told.textContent = `${number(findings)} of ${number(total)} findings, in ${number(shown.length)} of ${number(domains.length)} domains`;
    label();
  };

  const visible = () => domains.filter((domain) => !domain.element.hidden);
  const label = () => {
    unfold.textContent = visible().every((domain) => domain.element.open) ? "Fold all" : "Unfold all";
  };

  // At once: the event of a reset comes before the fields are empty.
  const clear = () => {
    form.reset();
    filter();
  };

  // What is gone to may be folded away or filtered out.
  const reveal = () => {
    const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
  };

  // A button beside what can be pasted to the letter, once it can be seen.
  const offerCopies = (domain) => {
    for (const line of domain.querySelectorAll("pre.ins[data-literal]:not(:has(.copy))")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.setAttribute("aria-label", "Copy the new record");
      button.addEventListener("click", () => copy(line.querySelector("code"), button));
      line.prepend(button);
    }
  };
  const copy = async (code, button) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      // Not allowed here: what is selected can still be copied by hand.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("button[type=reset]").addEventListener("click", (event) => {
    event.preventDefault();
    clear();
  });
  unfold.addEventListener("click", () => {
    const open = !visible().every((domain) => domain.element.open);
    for (const domain of visible()) domain.element.open = open;
    label();
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.matches("details.domain")) offerCopies(event.target);
  }, true);
  addEventListener("hashchange", reveal);
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of folded) fold.open = false;
  });

  for (const domain of domains) if (domain.open) offerCopies(domain.element);
  form.hidden = domains.length === 0;
  filter();
  reveal();
})();
