// One colour a class, everywhere; the arms follow one another on one time axis.
const classes = [
  { name: "checkout", priority: "Critical", colour: "#c2255c" },
  { name: "browse", priority: "Normal", colour: "#1c7ed6" },
  { name: "search", priority: "Low", colour: "#2b8a3e" },
  { name: "recommendations", priority: "Bulk", colour: "#e8890c" },
];
const grey = "#868e96", dark = "#343a40", red = "#e03131";
const samples = [];
let dirty = false;

// The second arm starts where the first one ended.
function times() {
  const secondAt = samples.findIndex(s => s.arm !== samples[0].arm);
  const shift = secondAt < 0 ? 0 : samples[secondAt - 1].at + 4;
  return samples.map(s => s.arm === samples[0].arm ? s.at : s.at + shift);
}

// A gap between the arms, so that no line joins them.
function series(x, pick) {
  const xs = [], ys = [];
  samples.forEach((s, i) => {
    if (i > 0 && s.arm !== samples[i - 1].arm) { xs.push(x[i - 1] + 1, x[i] - 0.1); ys.push(null, null); }
    xs.push(x[i]); ys.push(pick(s));
  });
  return { x: xs, y: ys };
}

const line = (x, name, colour, pick, extra = {}) =>
  ({ ...series(x, pick), name, mode: "lines", line: { color: colour, width: 1.8, ...extra.line }, ...extra.trace });

const ofClass = (s, name) => s.crowd.classes.find(c => c.class === name);
const rate = (s, count) => count / s.crowd.seconds;

function bands(x) {
  const shapes = [], annotations = [];
  let from = 0;
  for (let i = 1; i <= samples.length; i++) {
    const ended = i === samples.length || samples[i].phase !== samples[from].phase || samples[i].arm !== samples[from].arm;
    if (!ended) continue;
    const phase = samples[from].phase, left = x[from] - 0.5, right = x[i - 1];
    const fill = phase === "flood" ? "rgba(224,49,49,0.09)" : phase === "capacity" ? "rgba(134,142,150,0.14)" : null;
    if (fill) shapes.push({ type: "rect", xref: "x", yref: "paper", x0: left, x1: right, y0: 0, y1: 1, fillcolor: fill, line: { width: 0 }, layer: "below" });
    if (phase === "flood") annotations.push({ x: (left + right) / 2, y: 1, yref: "paper", yanchor: "bottom", showarrow: false, text: `<b>flood, ${samples[from].arm} control</b>`, font: { size: 11, color: red } });
    if (phase === "capacity") annotations.push({ x: left, y: 1, yref: "paper", yanchor: "bottom", xanchor: "left", showarrow: false, text: "measuring", font: { size: 10, color: grey } });
    if (i < samples.length && samples[i].arm !== samples[from].arm)
      shapes.push({ type: "line", xref: "x", yref: "paper", x0: x[i - 1] + 2, x1: x[i - 1] + 2, y0: 0, y1: 1.08, line: { color: dark, width: 1.5, dash: "dot" } });
    from = i;
  }
  return { shapes, annotations };
}

function draw(id, title, unit, traces, marks, yaxis = {}) {
  const box = document.getElementById(id);
  Plotly.react(id, traces, {
    width: box.clientWidth, height: box.clientHeight,
    title: { text: `<b>${title}</b>`, font: { size: 13 }, x: 0, xref: "paper", xanchor: "left", y: 0.985, yanchor: "top" },
    margin: { l: 52, r: 6, t: 38, b: 30 },
    xaxis: { ticksuffix: " s", zeroline: false, showgrid: false, tickfont: { size: 10 } },
    yaxis: { title: { text: unit, font: { size: 11 }, standoff: 4 }, rangemode: "tozero", tickfont: { size: 10 }, gridcolor: "#e9ecef", ...yaxis },
    legend: { orientation: "h", x: 1, xanchor: "right", y: 1.09, yanchor: "bottom", font: { size: 10.5 } },
    ...marks,
  }, { displayModeBar: false });
}

function drawAll() {
  const x = times(), marks = bands(x);
  draw("goodput", "Answered in time", "requests/s", classes.map(c =>
    line(x, c.name, c.colour, s => rate(s, ofClass(s, c.name).served), { trace: { stackgroup: "all" }, line: { width: 0.8 } })), marks);
  draw("latency", "Latency of the answered", "ms (log)", [
    line(x, "p50", "#1c7ed6", s => s.crowd.total.served ? s.crowd.total.p50Ms : null),
    line(x, "p99", "#5f3dc4", s => s.crowd.total.served ? s.crowd.total.p99Ms : null),
  ], marks, { type: "log", range: [1, 3.4], rangemode: "normal", tickvals: [10, 100, 1000, 2000] });
  draw("refused", "Refused, by priority; gave up", "requests/s", [
    ...classes.map(c => line(x, c.priority, c.colour, s => rate(s, ofClass(s, c.name).refused + ofClass(s, c.name).refusedByBalancer))),
    line(x, "gave up", grey, s => rate(s, s.crowd.total.gaveUp), { line: { dash: "dot" } }),
  ], marks);
  const admission = s => s.shop && s.shop.admission;
  draw("inflight", "In the shop: limit, in flight, waiting", "requests (log)", [
    line(x, "limit", red, s => admission(s) ? admission(s).limit : null, { line: { dash: "dash" } }),
    line(x, "admitted, in flight", "#1c7ed6", s => admission(s) ? admission(s).inFlight : null),
    line(x, "waiting for the backend", grey, s => s.shop ? Math.max(s.shop.backendWaiting, 0.5) : null),
  ], marks, { type: "log", range: [-0.3, 4], rangemode: "normal", tickvals: [1, 10, 100, 1000, 10000] });
  draw("pings", "Load balancer's pings of /healthz", "ms (log)", [
    line(x, "slowest ping", "#0b7285", s => s.pings.count ? Math.max(s.pings.maxMs, 0.1) : null),
    line(x, "out of rotation", red, s => s.inRotation ? null : 1000, { line: { width: 7 } }),
  ], marks, { type: "log", range: [-1, 3.2], rangemode: "normal", tickvals: [0.1, 1, 10, 100, 1000] });
  draw("sop", "SOP, the legacy order system", "orders", [
    line(x, "served/s", "#c2255c", s => s.sopServedPerSecond),
    line(x, "in its queue", grey, s => s.sop ? s.sop.inSystem : null),
    line(x, "stopped answering", red, s => s.sop && s.sop.dark ? 13 : null, { line: { width: 7 } }),
  ], marks, { range: [0, 15], rangemode: "normal" });
}

function show(text, name = "") {
  const status = document.getElementById("status");
  status.textContent = text;
  status.className = name;
}

const events = new EventSource("events");
events.addEventListener("samples", e => {
  samples.push(...JSON.parse(e.data));
  const s = samples[samples.length - 1], admission = s.shop && s.shop.admission;
  show(`${s.arm} control · ${s.phase} · ${rate(s, s.crowd.total.offered + s.crowd.total.retries).toFixed(0)}/s come, `
    + `${rate(s, s.crowd.total.served).toFixed(0)}/s answered · ${s.inRotation ? "in rotation" : "out of rotation"}`
    + (admission ? ` · limit ${admission.limit}, in flight ${admission.inFlight}` : ""));
  dirty = true;
});
events.addEventListener("finished", e => {
  const report = JSON.parse(e.data);
  // Only a judged run is green or red: a check of the wiring and a noisy machine say nothing about the marks.
  show(report.verdict, report.exitCode === 1 ? "missed" : report.exitCode === 0 && report.floodSeconds >= 30 && report.marks.length ? "met" : "");
  events.close();
});
addEventListener("resize", () => { dirty = samples.length > 0; });
setInterval(() => { if (dirty) { dirty = false; drawAll(); } }, 500);
