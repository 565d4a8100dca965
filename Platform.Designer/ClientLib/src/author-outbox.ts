import { isConnected, onConnection, reach } from './connection';
import type { DotNet } from './graph';

/** A gesture as the server takes it; the fields depend on its kind. */
export interface Command { kind: string; seq?: number; page?: string; [field: string]: unknown }

const boxes = new Map<string, Outbox>();

/**
 * Gestures on their way to the server, in order. One that is in no saved draft yet, because the connection is lost or the server restarts, is kept in the
 * browser and sent again, after a reload too; the server knows a gesture that comes twice by its page and number.
 */
export class Outbox {
  private waiting: Command[] = [];
  private taken: Command[] = [];
  private held: Record<string, number> = {};
  private seq = 0;
  private busy: Promise<void> | null = null;
  private timer = 0;
  /** The name of this page's gestures. */
  readonly page = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
  private readonly stop: () => void;
  private readonly leave = () => this.keep();

  /** That of a page's canvas, for what is done beside it; none before the canvas is there. */
  static of(key: string) { return boxes.get(key); }

  constructor(private key: string, private net: DotNet, private lost: (waiting: boolean) => void, resumed: () => void) {
    this.stop = onConnection(up => {
      this.lost(!up);
      if (!up) return;
      resumed();
      void this.flush();
    });
    window.addEventListener('pagehide', this.leave);
    boxes.set(key, this);
  }

  /** Takes up what an earlier page could not send. */
  resume() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? '[]') as Command[];
      // They keep page and number: the server may have taken them although its answer was lost.
      if (Array.isArray(kept)) this.waiting.push(...kept);
    } catch {
      // What cannot be read is no gesture.
    }
    void this.flush();
  }

  get idle() { return this.waiting.length === 0; }

  /** @returns Its number. */
  send(command: Command): number {
    const last = this.waiting[this.waiting.length - 1];
    // Typing that waits is one: without a connection it would grow with each letter.
    if (command.kind === 'text' && last?.kind === 'text' && last.page === this.page && !this.busy) last.text = command.text;
    else this.waiting.push({ ...command, page: this.page, seq: ++this.seq });
    this.keep();
    void this.flush();
    return this.seq;
  }

  /** Waits until the server has taken what is done, or the connection is lost. */
  async flush(): Promise<void> {
    while (this.busy) await this.busy;
    if (this.waiting.length === 0 || !isConnected()) return;
    this.busy = this.deliver();
    await this.busy;
  }

  private async deliver() {
    clearTimeout(this.timer);
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, 50);
        await reach(() => this.net.invokeMethodAsync('OnCommands', batch));
        this.taken.push(...this.waiting.splice(0, batch.length));
        // That a draft holds them may have been heard before the answer.
        this.settle();
      }
    } catch {
      // The gestures wait for the connection, or for the next page.
      this.timer = window.setTimeout(() => void this.flush(), 1000);
    } finally {
      this.busy = null;
      this.keep();
    }
  }

  /** The draft is saved with the gestures of each page up to these numbers. */
  kept(numbers: Record<string, number>) {
    this.held = numbers;
    this.settle();
    this.keep();
  }

  private settle() { this.taken = this.taken.filter(c => (c.seq ?? 0) > (this.held[c.page ?? ''] ?? 0)); }

  dispose() {
    this.leave();
    boxes.delete(this.key);
    clearTimeout(this.timer);
    this.stop();
    window.removeEventListener('pagehide', this.leave);
  }

  private keep() {
    const open = [...this.taken, ...this.waiting];
    if (open.length > 0) localStorage.setItem(this.key, JSON.stringify(open));
    else localStorage.removeItem(this.key);
  }
}
