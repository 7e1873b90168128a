const MOST = 1000;

/** What was asked already, by name; the oldest gives way. */
export class SmallCache<T> {
  private readonly entries = new Map<string, T>();

  get(name: string): T | undefined {
    return this.entries.get(name);
  }

  set(name: string, value: T): void {
    if (this.entries.size >= MOST) {
      for (const oldest of this.entries.keys()) {
        this.entries.delete(oldest);
        break;
      }
    }
    this.entries.set(name, value);
  }
}
