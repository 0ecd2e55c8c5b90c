/** Refusals of the API as errors, and what each says to a person. */

import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];
type Published = Problem["code"];

/** In people's words, by `code`. Where the document publishes its codes as an enum, a missing one fails the type check. */
export const PROBLEM_WORDS = {
  rate_too_low: "The pay is below the minimum for an hour of work.",
  shift_too_long: "A shift is longer than the longest that is allowed.",
  above_cap: "This is above the largest sum that may move at once.",
  already_applied: "You already applied to this job.",
  already_paid: "This shift was paid already.",
  already_posted: "This was done already.",
  already_responded: "You answered this review already.",
  already_reviewed: "You reviewed this person for this job already.",
  above_maximum: "This is above the largest amount.",
  account_name_mismatch: "The name on this bank account is not yours. Use an account in your own name.",
  bad_credentials: "The e-mail or the password is wrong.",
  bad_request: "We could not read that. Reload the page and try again.",
  bank_account_not_found: "The bank does not know this account. Check the bank and the ten digits.",
  bank_account_on_hold: "You changed the bank account less than 24 hours ago. Withdraw later.",
  banned: "This account was closed by our staff. Write to support.",
  below_minimum: "This is below the smallest amount.",
  blocked: "You and the other side cannot work together: one of you blocked the other.",
  busy: "Somebody else is changing this right now. Try again.",
  cannot_block_self: "You cannot block yourself.",
  cannot_favour_self: "Choose another person.",
  card_money_rests: "Money that came from a card rests for a while before it can leave by bank.",
  check_in_closed: "Check-in opens shortly before the shift and closes at its end.",
  code_locked: "Too many wrong codes. Wait 15 minutes, then ask for a new one.",
  code_tries_used_up: "The on-site code was wrong too often. Check in by position, or speak to the client.",
  conflict: "This does not go together with what is there already.",
  dispute_already_open: "There is an open dispute about this shift already.",
  dispute_open: "A dispute about this shift is open.",
  dispute_too_late: "It is too late for a dispute about this shift.",
  division_does_not_fit: "The parts must add up to the whole.",
  duplicate_posting: "You posted this same job a moment ago.",
  email_not_verified: "Confirm your e-mail first.",
  email_taken: "This e-mail cannot be used. Choose another.",
  float_exceeded: "The platform's own account does not hold enough for this.",
  forbidden: "You may not do this.",
  foreign_origin: "Open the app at its own address.",
  idempotency_key_in_flight: "This payment is under way. Wait a moment.",
  idempotency_key_invalid: "This payment could not be started. Reload the page and try again.",
  idempotency_key_reused: "An earlier try may have gone through. Look at your wallet before you try again.",
  identity_not_confirmed: "The password is wrong.",
  insufficient_funds: "There is not enough money for this.",
  internal_error: "Something went wrong on our side.",
  invalid_code: "The code is wrong or too old. Ask for a new one.",
  invalid_cursor: "The list has changed. Start again from the top.",
  invalid_input: "Some of this is not right yet.",
  invalid_minutes: "The minutes can be lowered, with a reason.",
  invalid_refresh_token: "You were logged out. Log in again.",
  invalid_schedule: "These dates and times do not make a schedule.",
  invalid_second_factor: "This code is wrong or was used. Wait for the next one.",
  invalid_signature: "This message is not from whom it says.",
  invalid_state: "This is not possible any more. Look at it again.",
  job_full: "All places of this job are taken.",
  job_has_no_position: "This job has no position. Ask for the on-site code.",
  job_locked: "Somebody was accepted already: only the description can change.",
  job_not_open: "This job does not take applications.",
  job_started: "This job has started.",
  job_takes_no_money: "This job cannot be paid any more.",
  length_required: "We could not read that. Try again.",
  malformed_body: "We could not read that. Try again.",
  method_not_allowed: "This is not possible here.",
  money_disputed: "The payer's bank disputes this money. It waits for the verdict.",
  never_worked_for_you: "You can invite people who have worked for you.",
  no_bank_account: "Add your bank account first.",
  not_an_image: "Choose a JPEG, PNG or WebP picture of at most 5 MB.",
  not_found: "There is no such thing, or it is not yours.",
  not_refundable: "Only money that came from a card or bank can go back to it.",
  not_reviewable: "You can review each other after an approved shift.",
  nothing_to_pay: "This job is fully paid.",
  open_obligations: "Something is still open. Finish it first.",
  overlapping_shifts: "There is another shift at that time.",
  own_job: "This is your own job.",
  payload_too_large: "That is too large.",
  payment_refused: "The payment was refused. Choose another way to pay.",
  place_not_offered: "No place is offered to you at the moment.",
  provider_holds_less: "This cannot go back to the card right now.",
  provider_unavailable: "The bank or payment service does not answer. Try again; nothing is charged twice.",
  refund_exceeds_capture: "No more can go back to the card than was paid with it.",
  review_window_closed: "The time for reviews of this job is over.",
  role_fixed: "Staff accounts keep their role.",
  second_factor_locked: "Too many wrong codes. Wait 15 minutes.",
  second_factor_off: "The second factor is off.",
  second_factor_on: "The second factor is on already.",
  second_person_needed: "Somebody else must approve this.",
  second_factor_required: "Type the code of your authenticator app.",
  terms_changed: "The terms of this job changed. Look at them again.",
  token_rotated: "Another window has just done this. Try again.",
  too_early: "It is too early for this.",
  too_far_away: "You are too far from the place of work. Ask for the on-site code.",
  too_many_requests: "That was too often. Wait a little.",
  too_many_unpaid_jobs: "Pay for the jobs that you have posted, or cancel some, before you post more.",
  unauthenticated: "Log in to go on.",
  unavailable: "This is not available right now. Try again.",
  unknown_trade: "Choose a trade from the list.",
  unprocessable: "This cannot be done.",
  unsupported_media_type: "We could not read that. Try again.",
  username_taken: "Somebody else has this name. Choose another.",
  wallet_owes: "Your wallet owes money. What comes in pays that first.",
  weak_password: "This password is too easy to guess.",
  withdrawal_in_flight: "Another withdrawal is under way. Wait until it has ended.",
  withdrawal_limit: "You have reached what can be withdrawn for now.",
  withdrawals_held: "Withdrawals of this account are held. Write to support.",
  worker_unavailable: "This account cannot take work at the moment.",
  wrong_code: "This is not the code of the shift.",
  wrong_role: "Your role cannot do this.",
} as const satisfies Record<Published, string>;

const words: Readonly<Record<string, string>> = PROBLEM_WORDS;

/** A refusal by the API: the status, the problem document, and how long to wait where it says so. */
export class ProblemError extends Error {
  readonly problem: Problem;
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** No answer came: no network, or it was lost on the way. Whether the request was carried out is not known. */
export class NoAnswerError extends Error {
  constructor(cause: unknown) {
    super("No answer", { cause });
    this.name = "NoAnswerError";
  }
}

/** What a proxy in front of the API answers is no problem document. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const header = response.headers.get("Retry-After");
  const retryAfter = header && /^\d+$/.test(header) ? Number(header) : null;
  const body: unknown = await response.json().catch(() => null);
  if (body && typeof body === "object" && "code" in body) return new ProblemError(body as Problem, retryAfter);
  const code = response.status === 503 || response.status === 502 ? "unavailable" : "internal_error";
  return new ProblemError(
    {
      type: "about:blank",
      title: "",
      status: response.status,
      detail: "",
      code,
      errors: [],
      request_id: "",
    } as Problem,
    retryAfter,
  );
}

export function isProblem(error: unknown, ...codes: string[]): error is ProblemError {
  return error instanceof ProblemError && (codes.length === 0 || codes.includes(error.code));
}

/** What happened, in a sentence for a person. */
export function explain(error: unknown): string {
  if (error instanceof NoAnswerError) return "No connection. Check your network and try again.";
  if (!(error instanceof ProblemError)) return "Something went wrong in the app.";
  const said = words[error.code] ?? error.problem.detail;
  if (error.retryAfter && error.code === "too_many_requests") return `${said} (${waiting(error.retryAfter)})`;
  return said;
}

export function waiting(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** What the server said about each field, by the field's own name: `terms.rate_kobo` belongs to `rate_kobo`. */
export function fieldProblems(error: unknown): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  const fields: Record<string, string> = {};
  for (const { field, code, message } of error.problem.errors ?? []) {
    const name = field.split(".").at(-1) ?? field;
    fields[name] ??= words[code] ?? message;
  }
  return fields;
}

/** Whether the same read may be asked again: it never reached the server, or the server said to come back. */
export function mayRetry(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  return isProblem(error) && (error.code === "busy" || error.status === 429 || error.status === 503);
}
