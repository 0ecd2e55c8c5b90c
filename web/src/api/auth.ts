/** Getting in and out. Plain calls: nothing of it is cached. */

import { api, body } from "./client";
import type { components } from "./schema";
import { signedIn, signedOut } from "./session";

type Schemas = components["schemas"];

export async function logIn(who: { email: string; password: string; second_factor_code?: string }): Promise<void> {
  const answer = await body(
    api.POST("/api/auth/login", { body: { ...who, client: "web", device_name: deviceName() } }),
  );
  signedIn(answer);
}

/** Log out everywhere in this browser. Without a network the device stays known to the server, and this one forgets. */
export async function logOut(): Promise<void> {
  try {
    await api.POST("/api/auth/logout");
  } finally {
    signedOut();
  }
}

export function signUp(who: Schemas["SignupIn"]) {
  return body(api.POST("/api/auth/signup", { body: who }));
}

export function verifyEmail(proof: Schemas["VerifyIn"]) {
  return body(api.POST("/api/auth/verify", { body: proof }));
}

export function sendCode(email: string, purpose: Schemas["OTPIn"]["purpose"]) {
  return body(api.POST("/api/auth/otp", { body: { email, purpose } }));
}

export function askReset(email: string) {
  return body(api.POST("/api/auth/password-reset", { body: { email } }));
}

export function confirmReset(proof: Schemas["PasswordResetConfirmIn"]) {
  return body(api.POST("/api/auth/password-reset/confirm", { body: proof }));
}

/** What the list of devices will say: a browser and a system, as far as the browser tells. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = ["Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari"].find((name) => agent.includes(name));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].find((name) => agent.includes(name));
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", SamsungBrowser: "Samsung Internet" };
  return [browser && (names[browser] ?? browser), system].filter(Boolean).join(", ");
}
