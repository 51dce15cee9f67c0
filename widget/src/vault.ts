// What this browser remembers of one server and project: localStorage, or the memory of this page where storage is blocked.

export class Vault {
  private readonly prefix: string;
  private readonly memory = new Map<string, string>();
  private readonly storage: Storage | null;

  constructor(base: string, project: string) {
    this.prefix = `rolodesk|${base}|${project}|`;
    this.storage = usable();
  }

  read<T>(name: string): T | null {
    try {
      const text = this.memory.get(name) ?? this.storage?.getItem(this.prefix + name);
      return text ? (JSON.parse(text) as T) : null;
    } catch {
      return null;
    }
  }

  write(name: string, value: unknown): void {
    const text = JSON.stringify(value);
    try {
      if (!this.storage) throw new Error("blocked");
      this.storage.setItem(this.prefix + name, text);
      this.memory.delete(name);
    } catch {
      this.memory.set(name, text); // Blocked, or the quota is used up.
    }
  }

  remove(name: string): void {
    this.memory.delete(name);
    try {
      this.storage?.removeItem(this.prefix + name);
    } catch {
      // Nothing to be done.
    }
  }

  /** The names that begin with `start`. */
  names(start: string): string[] {
    const names = new Set(this.memory.keys());
    try {
      for (const key of Object.keys(this.storage ?? {})) {
        if (key.startsWith(this.prefix)) names.add(key.slice(this.prefix.length));
      }
    } catch {
      // Only what is in memory.
    }
    return [...names].filter((name) => name.startsWith(start));
  }

  /** Calls back when another tab changes something. */
  watch(listener: (name: string) => void): void {
    addEventListener("storage", (event) => {
      if (event.key === null) listener("session");
      else if (event.key.startsWith(this.prefix)) listener(event.key.slice(this.prefix.length));
    });
  }

  /** Runs `work` while no other tab runs work of that name; without locks (http pages) it just runs. */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    let begun = false;
    const once = () => {
      begun = true;
      return work();
    };
    if (!this.storage || !navigator.locks) return work();
    try {
      return (await navigator.locks.request(this.prefix + name, once)) as T;
    } catch (error) {
      if (begun) throw error;
      return work(); // Locks are refused to this page (a sandboxed frame).
    }
  }
}

function usable(): Storage | null {
  try {
    const key = "rolodesk|?";
    localStorage.setItem(key, "1");
    localStorage.removeItem(key);
    return localStorage;
  } catch {
    return null;
  }
}
