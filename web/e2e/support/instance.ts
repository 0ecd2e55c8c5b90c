/** The instance under test, as its own people reach it: the API, the mail box, and the gateway that moves the clock. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

export const BASE = process.env.PAYSHIFT_URL ?? "http://127.0.0.1:8000";
export const GATEWAY = process.env.PAYSHIFT_GATEWAY_URL ?? "http://127.0.0.1:8001";
/** Where hints come from: of its own, because no proxy is in front. */
export const EVENTS = process.env.EVENTS_URL ?? BASE;
export const PASSWORD = "seven purple yams";
const RUN = Date.now().toString(36);

type Json = Record<string, unknown>;

async function json(answer: Response): Promise<Json> {
  const text = await answer.text();
  assert.ok(answer.ok, `${answer.url}: ${answer.status} ${text.slice(0, 300)}`);
  return text ? (JSON.parse(text) as Json) : {};
}

/** A person who acts by the API: what a test arranges, and does not look at. */
export class Caller {
  readonly email: string;
  readonly first: string;
  readonly role: "applicant" | "client";
  id = 0;
  private token = "";

  private readonly names: { first_name: string; last_name: string };

  constructor(first: string, role: "applicant" | "client", names = { first_name: first, last_name: "Adebayo" }) {
    this.first = first;
    this.role = role;
    this.names = names;
    this.email = `${first}.${RUN}@example.com`.toLowerCase();
  }

  async signUp(): Promise<this> {
    await this.call("POST", "/auth/signup", {
      email: this.email,
      password: PASSWORD,
      ...this.names,
      role: this.role,
    });
    await this.call("POST", "/auth/verify", { email: this.email, code: await codeFor(this.email) });
    await this.logIn();
    return this;
  }

  /** Access tokens run out when the clock moves. */
  async logIn(): Promise<void> {
    const answer = await this.call("POST", "/auth/login", { email: this.email, password: PASSWORD });
    this.token = String(answer.access_token);
    this.id = Number(answer.user_id);
  }

  async call(method: string, path: string, body?: Json, headers: Record<string, string> = {}): Promise<Json> {
    const answer = await fetch(`${BASE}/api${path}`, {
      method,
      headers: {
        "Content-Type": "application/json",
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return json(answer);
  }

  /** Post a job of one shift and pay it at the sandbox's checkout. Returns its id. */
  async postPaidJob(title: string, date: string, terms: Json = {}): Promise<number> {
    const job = await this.call("POST", "/jobs", {
      title,
      description: "Serve guests, clear tables.",
      industry: "hospitality",
      location: "Ikeja",
      latitude: 6.6018,
      longitude: 3.3515,
      date,
      start_time: "09:00",
      end_time: "17:00",
      rate_kobo: 250_000,
      applicants_needed: 1,
      ...terms,
    });
    const payment = await this.call(
      "POST",
      "/payments",
      { job_id: job.id, provider: "paystack" },
      { "Idempotency-Key": `${RUN}-${job.id}` },
    );
    await fetch(`${payment.authorization_url}/pay`, { method: "POST", redirect: "manual" });
    await this.call("POST", `/payments/${payment.reference}/verify`);
    return Number(job.id);
  }
}

/** The code of the newest mail to this address; the worker process sends it. */
export async function codeFor(email: string): Promise<string> {
  return until(async () => {
    const answer = await fetch(`${BASE}/dev/mailbox.json?to=${encodeURIComponent(email)}`);
    const { messages } = (await answer.json()) as { messages: Array<{ text: string }> };
    return messages.map(({ text }) => /\b[0-9]{6}\b/.exec(text)?.[0]).find(Boolean);
  }, `a code mailed to ${email}`);
}

export async function until<T>(look: () => Promise<T | undefined | false>, what: string, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`Waited ${seconds} s for ${what}`);
}

export async function control(command: string, order: Json = {}): Promise<Json> {
  const answer = await fetch(`${GATEWAY}/control/${command}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(order),
  });
  return json(answer);
}

/** All that the processes of the instance have said, where a test of the suite started them. */
export function logs(): string {
  const directory = process.env.PAYSHIFT_LOGS;
  if (!directory) return "";
  const files = readdirSync(directory).filter((name) => name.endsWith(".log"));
  return files.map((name) => readFileSync(`${directory}/${name}`, "utf8")).join("\n");
}

/** What only somebody at the server can do, in the words of `manage.py shell`. Returns what it printed. */
export async function atTheServer(code: string): Promise<string> {
  const python = process.env.PAYSHIFT_PYTHON ?? "../.venv/bin/python";
  const { stdout } = await promisify(execFile)(python, ["../manage.py", "shell", "--verbosity=0", "-c", code]);
  return stdout;
}

/** The server's time. */
export async function now(): Promise<Date> {
  return new Date(String((await control("clock", { advance_seconds: 0 })).now));
}

export async function moveTo(moment: Date): Promise<void> {
  const seconds = Math.ceil((moment.getTime() - (await now()).getTime()) / 1000);
  if (seconds > 0) await control("clock", { advance_seconds: seconds });
}
