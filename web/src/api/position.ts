/** Where this device is, as the person allows it to be known. */

export type Position = { latitude: number; longitude: number };
export type PositionRefusal = "denied" | "unavailable";

export class PositionError extends Error {
  readonly why: PositionRefusal;
  constructor(why: PositionRefusal) {
    super(why);
    this.why = why;
  }
}

const WAIT_MS = 15_000;

export function position(): Promise<Position> {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) {
      reject(new PositionError("unavailable"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      (error) => reject(new PositionError(error.code === error.PERMISSION_DENIED ? "denied" : "unavailable")),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 0 },
    );
  });
}
