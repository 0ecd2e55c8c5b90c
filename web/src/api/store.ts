/** What this device keeps in IndexedDB: money keys that wait for an answer, and answers to read without a network.

    Private windows and full disks refuse it. Then nothing is kept, and the app goes on. */

type Store = "money" | "kept";

let opening: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open("payshift", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("money");
      request.result.createObjectStore("kept");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function run<T>(
  store: Store,
  mode: IDBTransactionMode,
  ask: (objects: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  try {
    const database = await open();
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = ask(transaction.objectStore(store));
      // A write counts when it is on the disk, not when it was queued.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    opening = undefined;
    return undefined;
  }
}

export async function read<T>(store: Store, key: string): Promise<T | undefined> {
  return (await run(store, "readonly", (objects) => objects.get(key))) as T | undefined;
}

export async function readAll<T>(store: Store): Promise<T[]> {
  return ((await run(store, "readonly", (objects) => objects.getAll())) ?? []) as T[];
}

export async function write(store: Store, key: string, value: unknown): Promise<void> {
  await run(store, "readwrite", (objects) => objects.put(value, key));
}

export async function remove(store: Store, key: string): Promise<void> {
  await run(store, "readwrite", (objects) => objects.delete(key));
}

export async function wipe(store: Store): Promise<void> {
  await run(store, "readwrite", (objects) => objects.clear());
}
