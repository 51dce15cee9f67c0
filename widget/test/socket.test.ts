import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { delay, Socket, type Publish } from "../src/chat/socket";
import { browser } from "./cast";

interface Frame {
  action: string;
  payload: Record<string, unknown>;
}

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: Frame[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: (event: { code: number }) => void = () => undefined;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Frame);
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen();
  }
  says(action: string, payload: unknown): void {
    this.onmessage({ data: JSON.stringify({ action, payload }) });
  }
  dies(code = 1006): void {
    this.readyState = 3;
    this.onclose({ code });
  }
  /** Signs in and catches up with every topic. */
  welcomes(event: number): void {
    this.opens();
    this.says("signin", { success: true, event });
    for (const { action, payload } of [...this.sent]) {
      if (action === "subscribe") this.says("subscribed", { topic: payload["topic"], event });
    }
  }
}

let restore: () => void;
let heard: (Publish | string)[];
let socket: Socket;
const newest = () => FakeSocket.all.at(-1)!;

beforeEach(() => {
  FakeSocket.all = [];
  heard = [];
  restore = browser({ WebSocket: FakeSocket });
  mock.timers.enable({ apis: ["setTimeout"] });
  socket = new Socket(
    "wss://host/ws",
    "p",
    {
      token: () => "JWT t",
      publish: (publish) => heard.push(publish),
      live: (live) => heard.push(live ? "live" : "lost"),
      refused: () => heard.push("refused"),
      denied: (topic) => heard.push(`denied ${topic}`),
    },
    () => 0,
  );
  socket.subscribe("/p/messages");
  socket.start();
});

afterEach(() => {
  mock.timers.reset();
  restore();
});

test("it signs in first, then asks for what happened since", () => {
  newest().opens();
  newest().says("signin", { success: true, event: 41 });
  assert.deepEqual(newest().sent, [
    { action: "signin", payload: { token: "JWT t", id_project: "p" } },
    { action: "subscribe", payload: { topic: "/p/messages", after: 41 } },
  ]);
  assert.deepEqual(heard, []);
  newest().says("subscribed", { topic: "/p/messages", event: 41 });
  assert.deepEqual(heard, ["live"]);
});

test("after a loss it comes back by itself and says the last event that it saw", () => {
  newest().welcomes(41);
  newest().says("publish", { topic: "/p/messages", method: "CREATE", message: { _id: "a" }, event: 47 });
  newest().dies();
  assert.equal(FakeSocket.all.length, 1);
  mock.timers.tick(500);
  newest().opens();
  newest().says("signin", { success: true, event: 60 });
  assert.deepEqual(newest().sent.at(-1), { action: "subscribe", payload: { topic: "/p/messages", after: 47 } });
});

test("it answers a ping, and takes silence for a loss", () => {
  newest().welcomes(1);
  newest().says("heartbeat", { message: { text: "ping" } });
  assert.deepEqual(newest().sent.at(-1), { action: "heartbeat", payload: { message: { text: "pong" } } });
  newest().says("heartbeat", { message: { text: "pong" } });
  assert.equal(newest().sent.filter(({ action }) => action === "heartbeat").length, 1, "a pong is not answered");
  mock.timers.tick(65_000);
  assert.equal(heard.at(-1), "lost");
  mock.timers.tick(500);
  assert.equal(FakeSocket.all.length, 2);
});

test("a page that wakes finds out at once that its connection has died", () => {
  newest().welcomes(1);
  socket.nudge();
  assert.equal(newest().sent.at(-1)!.action, "heartbeat");
  mock.timers.tick(5000);
  assert.equal(heard.at(-1), "lost");
});

test("a topic that is denied does not hold up the others", () => {
  newest().opens();
  newest().says("signin", { success: true, event: 1 });
  newest().says("subscribed", { topic: "/p/messages", error: { code: "forbidden", msg: "" } });
  assert.deepEqual(heard, ["denied /p/messages", "live"]);
});

test("a refused token is told, and it does not hammer", () => {
  newest().opens();
  newest().says("signin", { success: false, msg: "no" });
  newest().dies(4401);
  assert.deepEqual(heard, ["refused"]);
  mock.timers.tick(400);
  assert.equal(FakeSocket.all.length, 1);
});

test("stopped is stopped", () => {
  newest().welcomes(1);
  socket.stop();
  mock.timers.tick(200_000);
  assert.equal(FakeSocket.all.length, 1);
});

test("the delay grows, with up to five seconds of jitter", () => {
  assert.deepEqual([0, 1, 2, 3].map((n) => delay(n, () => 0)), [500, 1000, 2000, 4000]);
  assert.equal(delay(50, () => 0), 30_000);
  assert.equal(delay(0, () => 1), 5500);
});
