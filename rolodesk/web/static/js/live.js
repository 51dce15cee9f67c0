// One socket per page: what has changed is told by it, and the page fetches itself again and takes over what differs.
// Frames: docs/protocol.md.

import { refresh } from "./refresh.js";

let socket = null;
let tries = 0;
let last = 0;
let listeners = new Set();
let connecting = false;
let retry = 0;

/** Hear every publish: (payload) => void. */
export function onPublish(listener) {
  listeners.add(listener);
}

export function send(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

export function startLive() {
  const topics = document.body.dataset.topics?.split(" ").filter(Boolean) ?? [];
  if (!topics.length) return;
  let wait = 0;
  onPublish(({ topic, method }) => {
    if (method === "TYPING" || topic.endsWith("/leads")) return;
    clearTimeout(wait);
    wait = setTimeout(refresh, 120);
  });
  // Times grow old, and a tab in the background may have slept.
  setInterval(() => document.visibilityState === "visible" && refresh(), 60_000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && socket?.readyState !== WebSocket.OPEN) connect(topics);
  });
  addEventListener("online", () => connect(topics));
  document.addEventListener("refreshed", () => follow(topics));
  connect(topics);
}

/** What the page shows may belong to another contact now, and then it listens to that one. */
function follow(topics) {
  const wanted = document.body.dataset.topics.split(" ").filter(Boolean);
  for (const topic of topics.filter((one) => !wanted.includes(one))) send({ action: "unsubscribe", payload: { topic } });
  for (const topic of wanted.filter((one) => !topics.includes(one))) send({ action: "subscribe", payload: { topic, after: last } });
  topics.splice(0, topics.length, ...wanted);
}

async function connect(topics) {
  if (connecting || (socket && socket.readyState <= WebSocket.OPEN)) return;
  clearTimeout(retry);
  connecting = true;
  let mine = null;
  try {
    const { ticket } = await fetchTicket();
    mine = socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/ws");
    mine.onopen = () => send({ action: "signin", payload: { ticket, id_project: document.body.dataset.project } });
    mine.onmessage = ({ data }) => mine === socket && receive(JSON.parse(data), topics);
    mine.onclose = () => mine === socket && again(topics);
  } catch {
    again(topics);
  } finally {
    connecting = false;
  }
}

async function fetchTicket() {
  const answer = await fetch(`/p/${document.body.dataset.project}/ticket`, {
    method: "POST",
    headers: { "X-CSRF-Token": document.querySelector("meta[name=csrf]").content, Accept: "application/json" },
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function again(topics) {
  show("off");
  socket = null;
  tries = Math.min(tries + 1, 6);
  clearTimeout(retry);
  retry = setTimeout(() => connect(topics), 500 * 2 ** tries + Math.random() * 5000 * Math.min(1, tries / 4));
}

function receive({ action, payload }, topics) {
  if (action === "heartbeat" && payload?.message?.text === "ping") {
    send({ action: "heartbeat", payload: { message: { text: "pong" } } });
  } else if (action === "signin" && payload.success) {
    // What changed between this page's making and now is fetched once; from then on nothing is missed by number.
    if (last === 0) last = payload.event;
    for (const topic of topics) send({ action: "subscribe", payload: { topic, after: last } });
    refresh();
    tries = 0;
    show("on");
  } else if (action === "publish") {
    last = Math.max(last, payload.event ?? 0);
    for (const listener of listeners) listener(payload);
  }
}

function show(state) {
  const sign = document.getElementById("live");
  if (!sign || sign.dataset.state === state) return;
  sign.dataset.state = state;
  sign.textContent = sign.dataset[state];
}
