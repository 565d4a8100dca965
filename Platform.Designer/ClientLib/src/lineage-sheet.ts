/** A sheet that is moved and zoomed. Says what of it is in sight; knows nothing of what is drawn. */
export interface Sight { left: number; top: number; right: number; bottom: number }

const least = 0.04;
const most = 2;

export class Sheet {
  scale = 1;
  private x = 0;
  private y = 0;
  private frame = 0;
  private held: { id: number; x: number; y: number; moved: boolean } | null = null;
  private over = new AbortController();
  /** Whether the reader has moved it, so that it is not moved by itself any more. */
  touched = false;

  constructor(readonly host: HTMLElement, private redraw: () => void) {
    const on = { signal: this.over.signal };
    host.addEventListener('pointerdown', e => this.hold(e), on);
    host.addEventListener('pointermove', e => this.move(e), on);
    host.addEventListener('pointerup', e => this.letGo(e), on);
    host.addEventListener('pointercancel', e => this.letGo(e), on);
    // A click that ends a pan chooses nothing.
    host.addEventListener('click', e => { if (this.dragged) { e.stopPropagation(); this.dragged = false; } }, { ...on, capture: true });
    host.addEventListener('wheel', e => {
      if (!e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      this.touched = true;
      const box = host.getBoundingClientRect();
      this.zoomAt(e.deltaY < 0 ? 1.1 : 1 / 1.1, e.clientX - box.left, e.clientY - box.top);
    }, { ...on, passive: false });
  }

  private dragged = false;

  get transform() { return `translate(${this.x}px, ${this.y}px) scale(${this.scale})`; }
  get shift() { return { x: this.x, y: this.y }; }
  get width() { return this.host.clientWidth; }
  get height() { return this.host.clientHeight; }

  /** What is in sight and a little around it. */
  sight(around = 0): Sight {
    return { left: (-this.x - around) / this.scale, top: (-this.y - around) / this.scale, right: (this.width - this.x + around) / this.scale, bottom: (this.height - this.y + around) / this.scale };
  }

  /** A place of the window on the sheet. */
  place(clientX: number, clientY: number) {
    const box = this.host.getBoundingClientRect();
    return { x: (clientX - box.left - this.x) / this.scale, y: (clientY - box.top - this.y) / this.scale };
  }

  zoomAt(factor: number, x = this.width / 2, y = this.height / 2) {
    const to = Math.min(most, Math.max(least, this.scale * factor));
    this.x = x - (x - this.x) * to / this.scale;
    this.y = y - (y - this.y) * to / this.scale;
    this.scale = to;
    this.soon();
  }

  /** Puts a rectangle of the sheet into sight, no larger than life. */
  fit(box: Sight, padding: number) {
    const w = Math.max(1, box.right - box.left), h = Math.max(1, box.bottom - box.top);
    this.scale = Math.min(1, Math.max(least, Math.min((this.width - 2 * padding) / w, (this.height - 2 * padding) / h)));
    this.centre(box.left + w / 2, box.top + h / 2);
  }

  centre(x: number, y: number, scale = this.scale) {
    this.scale = scale;
    this.x = this.width / 2 - x * scale;
    this.y = this.height / 2 - y * scale;
    this.soon();
  }

  by(dx: number, dy: number) { this.x += dx; this.y += dy; this.soon(); }

  /** Draws in the next frame, once. */
  soon() {
    this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.redraw(); });
  }

  dispose() {
    cancelAnimationFrame(this.frame);
    this.over.abort();
  }

  private hold(e: PointerEvent) {
    if (e.button !== 0 && e.button !== 2) return;
    this.dragged = false;
    this.held = { id: e.pointerId, x: e.clientX, y: e.clientY, moved: false };
  }

  private move(e: PointerEvent) {
    const held = this.held;
    if (!held || held.id !== e.pointerId) return;
    const dx = e.clientX - held.x, dy = e.clientY - held.y;
    if (!held.moved) {
      if (Math.abs(dx) + Math.abs(dy) < 5) return;
      held.moved = true;
      this.touched = true;
      this.host.setPointerCapture(e.pointerId);
      this.host.classList.add('panning');
    }
    held.x = e.clientX;
    held.y = e.clientY;
    this.by(dx, dy);
  }

  private letGo(e: PointerEvent) {
    if (!this.held || this.held.id !== e.pointerId) return;
    this.dragged = this.held.moved;
    this.held = null;
    this.host.classList.remove('panning');
  }
}
