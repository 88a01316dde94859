// The table of claims: search, filters, order, rows made as they come into view, and one claim opened at a time.
//
// What stands in the page as JSON is put into elements as text and in no other way. Nothing is loaded, sent or kept.
"use strict";
(function () {
  const ROW = 34;
  const HEAD = 38;
  // Rows made above and below those in view.
  const SPARE = 12;
  const OPTIONS = 500;
  const PRINTED = 500;
  const SEVERITIES = ["info", "low", "medium", "high", "critical"];

  const find = (id) => document.getElementById(id);
  const data = JSON.parse(find("data").textContent);
  find("data").textContent = "";
  const { texts, parties, places, rules, rows } = data;

  // Columns of a row, in the order the program writes them.
  const claimOf = (row) => row[0][1];
  const partiesOf = (row) => (claimOf(row) === null ? null : parties[claimOf(row)[1]]);
  const cents = (value) => Number(value);
  const atRisk = (row) => cents(row[0][2]) + cents(row[0][3]);
  const charge = (row) => (claimOf(row) === null ? 0 : cents(claimOf(row)[4]));
  const score = (row) => row[0][4];
  const severity = (row) => row[0][5];
  const found = (row) => row[1].length + row[0][6];
  const claimId = (row) => (claimOf(row) === null ? "" : texts[claimOf(row)[0]]);
  const date = (row) => (claimOf(row) === null ? texts[row[1].length > 0 ? row[1][0][0][6] : 0] : texts[claimOf(row)[5]]);
  const payer = (row) => {
    const of = partiesOf(row);
    return of === null ? "" : texts[of[0]] || texts[of[1]];
  };
  const payerName = (row) => {
    const of = partiesOf(row);
    return of === null ? "" : texts[of[1]] || texts[of[0]];
  };
  const provider = (row) => (partiesOf(row) === null ? "" : texts[partiesOf(row)[4]]);
  const ruleOf = (finding) => texts[rules[finding[0][0]][0]];
  const rulesOf = (row) => Array.from(new Set(row[1].map(ruleOf))).join(" ");

  const COLUMNS = [
    { name: "Claim", class: "id", sort: claimId, text: (row) => claimId(row) || (claimOf(row) === null ? "outside claims" : "no id") },
    { name: "Service", class: "date", sort: date, text: date },
    { name: "Payer", class: "payer", sort: payerName, text: payerName },
    { name: "Provider", class: "provider", sort: provider, text: provider },
    { name: "Worst", class: "worst", sort: severity, text: (row) => SEVERITIES[severity(row)], down: true },
    { name: "Rules", class: "rules", sort: rulesOf, text: rulesOf },
    { name: "Findings", class: "number", sort: found, text: (row) => count(found(row)), down: true },
    { name: "Charged", class: "number", sort: charge, text: (row) => (claimOf(row) === null ? "" : money(claimOf(row)[4])), down: true },
    { name: "At risk", class: "number", sort: atRisk, text: (row) => money(sum(row[0][2], row[0][3])), down: true },
    { name: "Score", class: "number score", sort: score, text: (row) => (claimOf(row) === null ? "" : String(score(row))), down: true },
  ];
  const WORST_FIRST = 8;

  let view = rows.map((_, at) => at);
  let sorted = { column: WORST_FIRST, down: true };
  let active = 0;
  let opened = -1;
  let haystacks = null;

  const grid = find("grid");
  const body = find("body");
  const space = find("space");
  const detail = find("detail");
  const filters = {
    search: find("search"),
    rule: find("by-rule-only"),
    severity: find("by-severity-only"),
    payer: find("by-payer-only"),
    provider: find("by-provider-only"),
  };

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function count(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  }

  // Whole cents, as a number or, where a number would be rounded, as digits.
  function money(value) {
    const digits = String(value).replace("-", "").padStart(3, "0");
    const dollars = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
    return (String(value).startsWith("-") ? "-$" : "$") + dollars + "." + digits.slice(-2);
  }

  function sum(a, b) {
    return typeof a === "number" && typeof b === "number" && Number.isSafeInteger(a + b) ? a + b : (BigInt(a) + BigInt(b)).toString();
  }

  function plural(number, word) {
    return count(number) + " " + word + (number === 1 ? "" : "s");
  }

  // Filters.

  function option(select, value, label) {
    const made = element("option", "", label);
    made.value = value;
    select.append(made);
  }

  function fill(select, values, labels) {
    const counts = new Map();
    for (const row of rows) for (const value of new Set(values(row))) if (value) counts.set(value, (counts.get(value) || 0) + 1);
    const all = Array.from(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    for (const [value, number] of all.slice(0, OPTIONS)) option(select, value, (labels.get(value) || value) + " (" + count(number) + ")");
    // There is no end to what files may name; the search finds the others.
    if (all.length > OPTIONS) {
      option(select, "", "and " + count(all.length - OPTIONS) + " more: use the search");
      select.lastChild.disabled = true;
    }
  }

  function haystack(row) {
    const place = places[row[0][0]];
    const words = [claimId(row), date(row), payer(row), payerName(row), provider(row), SEVERITIES[severity(row)], rulesOf(row)];
    for (const at of place) words.push(texts[at]);
    for (const finding of row[1]) words.push(texts[finding[0][3]], texts[rules[finding[0][0]][1]], texts[finding[2][2]]);
    return words.join("\n").toLowerCase();
  }

  function filter() {
    const words = filters.search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    if (words.length > 0 && haystacks === null) haystacks = rows.map(haystack);
    const [rule, worst, payerOnly, providerOnly] = [filters.rule, filters.severity, filters.payer, filters.provider].map((s) => s.value);
    const fits = (row, at) =>
      (rule === "" || row[1].some((finding) => ruleOf(finding) === rule)) &&
      (worst === "" || row[1].some((finding) => finding[0][1] === Number(worst))) &&
      (payerOnly === "" || payer(row) === payerOnly) &&
      (providerOnly === "" || provider(row) === providerOnly) &&
      words.every((word) => haystacks[at].includes(word));
    view = [];
    rows.forEach((row, at) => {
      if (fits(row, at)) view.push(at);
    });
    order();
  }

  function order() {
    const { column, down } = sorted;
    // The program has put the worst first; what is equal stays in that order.
    if (column === WORST_FIRST && down) {
      view.sort((a, b) => a - b);
    } else {
      const keys = new Map(view.map((at) => [at, COLUMNS[column].sort(rows[at])]));
      const sign = down ? -1 : 1;
      view.sort((a, b) => {
        const [x, y] = [keys.get(a), keys.get(b)];
        return x === y ? a - b : x < y ? -sign : sign;
      });
    }
    active = 0;
    body.scrollTop = 0;
    tell();
    heads();
    draw();
  }

  function tell() {
    let risk = 0n;
    let claims = 0;
    for (const at of view) {
      risk += BigInt(rows[at][0][2]) + BigInt(rows[at][0][3]);
      if (claimOf(rows[at]) !== null) claims += 1;
    }
    const loose = view.length - claims;
    const outside = loose > 0 ? " and " + count(loose) + " outside claims" : "";
    find("count").textContent = plural(claims, "claim") + outside + ", " + money(risk.toString()) + " at risk";
  }

  // Rows in view.

  function heads() {
    COLUMNS.forEach((column, at) => {
      const head = find("head").children[at];
      const here = sorted.column === at;
      head.setAttribute("aria-sort", here ? (sorted.down ? "descending" : "ascending") : "none");
    });
  }

  function rowElement(position) {
    const row = rows[view[position]];
    const made = element("div", "row" + (position === active ? " active" : "") + (position % 2 === 1 ? " odd" : ""));
    made.id = "row-" + position;
    made.setAttribute("role", "row");
    made.setAttribute("aria-rowindex", String(position + 2));
    made.setAttribute("aria-selected", String(position === active));
    made.style.top = position * ROW + "px";
    COLUMNS.forEach((column, at) => {
      const cell = element("div", "cell " + column.class);
      cell.setAttribute("role", "gridcell");
      const text = column.text(row);
      if (column.class === "worst") cell.append(element("span", "severity " + text, text));
      else cell.textContent = text;
      if (at === 0 || column.class === "payer" || column.class === "rules") cell.title = text;
      made.append(cell);
    });
    return made;
  }

  function draw() {
    const first = Math.max(0, Math.floor(body.scrollTop / ROW) - SPARE);
    const last = Math.min(view.length, Math.ceil((body.scrollTop + body.clientHeight - HEAD) / ROW) + SPARE);
    show(first, last);
  }

  function show(first, last) {
    const made = document.createDocumentFragment();
    for (let position = first; position < last; position += 1) made.append(rowElement(position));
    space.replaceChildren(made);
    space.style.height = view.length * ROW + "px";
    grid.setAttribute("aria-rowcount", String(view.length + 1));
    if (active >= first && active < last) grid.setAttribute("aria-activedescendant", "row-" + active);
    else grid.removeAttribute("aria-activedescendant");
    space.classList.toggle("empty", view.length === 0);
  }

  function move(to) {
    if (view.length === 0) return;
    active = Math.min(Math.max(to, 0), view.length - 1);
    const top = active * ROW;
    if (top < body.scrollTop) body.scrollTop = top;
    else if (top + ROW + HEAD > body.scrollTop + body.clientHeight) body.scrollTop = top + ROW + HEAD - body.clientHeight;
    draw();
  }

  // One claim.

  function fact(list, name, text) {
    if (text === "" || text === undefined) return;
    list.append(element("dt", "", name), element("dd", "", text));
  }

  function facts(row) {
    const list = element("dl", "facts");
    const claim = claimOf(row);
    const of = partiesOf(row);
    const place = places[row[0][0]].map((at) => texts[at]);
    if (claim !== null) {
      fact(list, "At risk", money(sum(row[0][2], row[0][3])) + " (" + money(row[0][2]) + " sure, " + money(row[0][3]) + " possible)");
      fact(list, "Charged", money(claim[4]));
      fact(list, "Score", score(row) + " of 100");
      fact(list, "Date of service", texts[claim[5]]);
      fact(list, "Payer", [payerName(row), texts[of[1]] === "" ? "" : texts[of[0]]].filter((part) => part !== "").join(", "));
      fact(list, "Payer class, policy", texts[of[2]] + ", " + texts[of[3]]);
      fact(list, "Billing provider", texts[of[4]] || "no valid NPI");
      const lines = new Set(row[1].map((finding) => finding[0][2]).filter((line) => line > 0));
      fact(list, "Form, lines", texts[claim[2]] + ", " + plural(claim[3], "line") + ", findings on " + lines.size);
    }
    fact(list, "File", place[0]);
    const names = ["interchange", "ISA13", "GS06", "ST02"];
    const envelope = place.slice(1).map((text, at) => (text === "" ? "" : names[at] + " " + text)).filter((text) => text !== "");
    fact(list, "Envelope", envelope.join(", "));
    if (claim !== null) fact(list, "Begins at", "byte " + count(claim[6]));
    if (claim !== null && claim[7] === 1) fact(list, "In doubt", "an HL above the claim is wrong: provider, payer and patient may be those of another");
    return list;
  }

  function findingElement(finding) {
    const [[rule, level, , , , , day], [at, byte, segment], [message, fix, denial], [risk, basis]] = finding;
    const made = element("li", "finding " + SEVERITIES[level]);
    const head = element("p", "finding-head");
    head.append(element("span", "severity " + SEVERITIES[level], SEVERITIES[level]), " ");
    const [code, name] = rules[rule].map((text) => texts[text]);
    if (find("rule-" + code) === null) {
      head.append(element("span", "", code + " " + name));
    } else {
      const link = element("a", "", code + " " + name);
      link.href = "#rule-" + code;
      link.addEventListener("click", () => {
        detail.close();
        // Also where the address is there already, and so does not change.
        setTimeout(reveal, 0);
      });
      head.append(link);
    }
    made.append(head, element("p", "message", texts[message]));
    if (texts[fix] !== "") made.append(element("p", "fix", "Fix: " + texts[fix]));
    const rest = [];
    if (texts[denial] !== "") rest.push("likely denial " + texts[denial]);
    if (risk !== 0) rest.push(money(risk) + " at risk" + (basis % 2 === 1 ? ", of what is allowed" : ""));
    if (basis >= 2) rest.push("whole claim at risk");
    if (texts[day] !== "") rest.push(texts[day]);
    rest.push(((texts[at] === "" ? "" : "at " + texts[at] + ", ") + (segment > 0 ? "segment " + count(segment) + ", " : "")) + "byte " + count(byte));
    made.append(element("p", "place", rest.join("; ")));
    return made;
  }

  function lineTitle(finding) {
    const [, , line, procedure, modifiers, units] = finding[0];
    if (line === 0) return claimTitle;
    const parts = ["Line " + line, [texts[procedure], texts[modifiers]].filter((part) => part !== "").join(" ")];
    if (texts[units] !== "") parts.push(texts[units] === "1" ? "1 unit" : texts[units] + " units");
    return parts.filter((part) => part !== "").join(", ");
  }
  const claimTitle = "Claim as a whole";

  function open(position) {
    if (position < 0 || position >= view.length) return;
    opened = position;
    const row = rows[view[position]];
    const loose = claimOf(row) === null;
    find("detail-title").textContent = loose ? "Outside claims" : "Claim " + (claimId(row) || "without an id");
    const content = document.createDocumentFragment();
    content.append(facts(row));
    const groups = new Map();
    for (const finding of row[1]) {
      const title = loose ? "Findings" : lineTitle(finding);
      if (!groups.has(title)) groups.set(title, []);
      groups.get(title).push(finding);
    }
    for (const [title, findings] of groups) {
      const list = element("ul", "findings");
      list.append(...findings.map(findingElement));
      content.append(element("h3", "", title), list);
    }
    if (row[0][6] > 0) content.append(element("p", "", plural(row[0][6], "finding") + " more in findings.csv."));
    find("detail-body").replaceChildren(content);
    find("previous").disabled = position === 0;
    find("next").disabled = position === view.length - 1;
    if (!detail.open) detail.showModal();
    find("detail-title").focus();
    detail.scrollTop = 0;
  }

  function step(by) {
    move(opened + by);
    open(active);
  }

  // What people do.

  const KEYS = {
    ArrowDown: () => move(active + 1),
    ArrowUp: () => move(active - 1),
    PageDown: () => move(active + Math.max(1, Math.floor((body.clientHeight - HEAD) / ROW) - 1)),
    PageUp: () => move(active - Math.max(1, Math.floor((body.clientHeight - HEAD) / ROW) - 1)),
    Home: () => move(0),
    End: () => move(view.length - 1),
    Enter: () => open(active),
    " ": () => open(active),
  };

  function rowAt(target) {
    const row = target instanceof Element ? target.closest("#space > .row") : null;
    return row === null ? -1 : Number(row.id.slice(4));
  }

  function sortBy(at) {
    const same = sorted.column === at;
    sorted = { column: at, down: same ? !sorted.down : COLUMNS[at].down === true };
    order();
  }

  function reveal() {
    const named = location.hash.startsWith("#rule-") ? find(location.hash.slice(1)) : null;
    if (named !== null) {
      named.open = true;
      named.scrollIntoView();
    }
  }

  function only(rule) {
    find("filters").reset();
    filters.rule.value = rule;
    filter();
    find("claims").scrollIntoView();
    grid.focus({ preventScroll: true });
  }

  function begin() {
    COLUMNS.forEach((column, at) => {
      const head = element("div", "cell " + column.class);
      head.setAttribute("role", "columnheader");
      const button = element("button", "", column.name);
      button.type = "button";
      button.addEventListener("click", () => sortBy(at));
      head.append(button);
      find("head").append(head);
    });
    const named = new Map(rules.map(([code, name]) => [texts[code], texts[code] + " " + texts[name]]));
    const payers = new Map(rows.map((row) => [payer(row), payerName(row)]));
    fill(filters.rule, (row) => row[1].map(ruleOf), named);
    fill(filters.payer, (row) => [payer(row)], payers);
    fill(filters.provider, (row) => [provider(row)], new Map());
    for (let level = SEVERITIES.length - 1; level >= 0; level -= 1) option(filters.severity, String(level), SEVERITIES[level]);

    let waiting = 0;
    filters.search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(filter, 80);
    });
    for (const select of [filters.rule, filters.severity, filters.payer, filters.provider]) select.addEventListener("change", filter);
    find("filters").addEventListener("submit", (event) => {
      event.preventDefault();
      filter();
    });
    find("filters").addEventListener("reset", () => setTimeout(filter, 0));
    for (const button of document.querySelectorAll("button.only")) {
      const rule = button.dataset.rule;
      button.hidden = !rows.some((row) => row[1].some((finding) => ruleOf(finding) === rule));
      button.addEventListener("click", () => only(rule));
    }

    // At most once a frame, as browsers tell of scrolling.
    body.addEventListener("scroll", draw);
    window.addEventListener("resize", draw);
    grid.addEventListener("keydown", (event) => {
      const act = KEYS[event.key];
      if (act === undefined || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button") !== null) return;
      event.preventDefault();
      act();
    });
    space.addEventListener("click", (event) => {
      const position = rowAt(event.target);
      if (position < 0) return;
      grid.focus({ preventScroll: true });
      move(position);
      open(position);
    });
    find("previous").addEventListener("click", () => step(-1));
    find("next").addEventListener("click", () => step(1));
    find("close").addEventListener("click", () => detail.close());
    detail.addEventListener("close", () => grid.focus({ preventScroll: true }));
    window.addEventListener("hashchange", reveal);

    // Paper has no scroll bar: the first rows, and how many there are.
    window.addEventListener("beforeprint", () => {
      const last = Math.min(view.length, PRINTED);
      find("printed").textContent = last < view.length ? "The first " + count(last) + " of " + count(view.length) + " rows; claims.csv has all." : "";
      find("printed").hidden = last === view.length;
      show(0, last);
    });
    window.addEventListener("afterprint", () => {
      find("printed").hidden = true;
      draw();
    });

    find("table").hidden = false;
    order();
    reveal();
  }

  begin();
})();
