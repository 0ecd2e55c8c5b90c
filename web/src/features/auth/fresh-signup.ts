/** The password of a sign-up on its way to the code, in memory only: a reload forgets it, and so does a sign-up with
    another address. Sent with the code it holds whoever else signs up with the same address. */

type SignUp = { email: string; password: string };

let fresh: SignUp | null = null;

export function keepSignUp(signUp: SignUp): void {
  fresh = signUp;
}

export function passwordOf(email: string | undefined): string | undefined {
  return fresh?.email === email ? fresh?.password : undefined;
}

export function forgetSignUp(): void {
  fresh = null;
}
