import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";
import type { components } from "../schema";

type Schemas = components["schemas"];

export const securityKeys = {
  devices: () => ["devices"] as const,
  factor: () => ["second-factor"] as const,
};

export function deviceList() {
  return listOf(securityKeys.devices(), (page) => body(api.GET("/api/auth/devices", { params: { query: page } })));
}

export function endDevice(id: number) {
  return api.DELETE("/api/auth/devices/{device_id}", { params: { path: { device_id: id } } });
}

export function endAllDevices() {
  return api.POST("/api/auth/logout-all");
}

export function factorQuery() {
  return queryOptions({
    queryKey: securityKeys.factor(),
    queryFn: () => body(api.GET("/api/auth/second-factor")),
  });
}

export function offerFactor(password: string) {
  return body(api.POST("/api/auth/second-factor", { body: { password } }));
}

export function confirmFactor(code: string) {
  return body(api.POST("/api/auth/second-factor/confirm", { body: { second_factor_code: code } }));
}

export function dropFactor(proof: Schemas["IdentityIn"]) {
  return api.DELETE("/api/auth/second-factor", { body: proof });
}

export function newRecoveryCodes(proof: Schemas["IdentityIn"]) {
  return body(api.POST("/api/auth/second-factor/recovery-codes", { body: proof }));
}

export function changePassword(change: Schemas["PasswordIn"]) {
  return body(api.POST("/api/auth/password", { body: change }));
}

export function changeEmail(change: Schemas["EmailIn"]) {
  return body(api.POST("/api/auth/email", { body: change }));
}

export function confirmEmail(code: string) {
  return body(api.POST("/api/auth/email/confirm", { body: { code } }));
}

type Export = Schemas["ExportOut"];

/** All pages as one: each list of a page goes on where the one before stopped, and the settings are the same in each. */
export async function exportMe(): Promise<Export> {
  const whole = await exportPage();
  for (let cursor = whole.next_cursor; cursor; ) {
    const page = await exportPage(cursor);
    for (const [name, rows] of Object.entries(page)) {
      const known: unknown = whole[name as keyof Export];
      if (Array.isArray(rows) && Array.isArray(known) && name !== "notification_settings") known.push(...rows);
    }
    cursor = page.next_cursor;
  }
  return { ...whole, next_cursor: null };
}

function exportPage(cursor?: string) {
  return body(api.GET("/api/me/export", { params: { query: { ...(cursor && { cursor }) } } }));
}

export function deleteMe(proof: Schemas["IdentityIn"]) {
  return api.DELETE("/api/me", { body: proof });
}
