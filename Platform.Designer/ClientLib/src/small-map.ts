import type { Sight } from './lineage-sheet';

/** What the map shows in small and moves: `centre` brings a place into the middle. */
export interface Mapped { touched: boolean; centre(x: number, y: number): void }

export interface MapBox { x: number; y: number; width: number; height: number; root: boolean }

/** The whole in small, with a frame around what is in sight; a click or a pull goes there. */
export class SmallMap {
  private canvas = document.createElement('canvas');
  private frame = document.createElement('div');
  private box: Sight = { left: 0, top: 0, right: 1, bottom: 1 };
  private scale = 1;
  /** Of the map, asked for when the whole is drawn: each asking makes the browser lay the page out. */
  private width = 0;
  private height = 0;
  private over = new AbortController();

  constructor(private host: HTMLElement, sheet: Mapped) {
    this.frame.className = 'map-frame';
    host.append(this.canvas, this.frame);
    const go = (e: PointerEvent) => {
      const at = host.getBoundingClientRect();
      sheet.touched = true;
      sheet.centre(this.box.left + (e.clientX - at.left - this.left) / this.scale, this.box.top + (e.clientY - at.top - this.top) / this.scale);
    };
    host.addEventListener('pointerdown', e => { if (e.button === 0) { e.preventDefault(); host.setPointerCapture(e.pointerId); go(e); } }, { signal: this.over.signal });
    host.addEventListener('pointermove', e => { if (host.hasPointerCapture(e.pointerId)) go(e); }, { signal: this.over.signal });
  }

  private get left() { return (this.width - (this.box.right - this.box.left) * this.scale) / 2; }
  private get top() { return (this.height - (this.box.bottom - this.box.top) * this.scale) / 2; }

  draw(nodes: readonly MapBox[], box: Sight) {
    if (!this.width || !this.height) [this.width, this.height] = [this.host.clientWidth, this.host.clientHeight];
    const { width, height } = this;
    if (!width || !height) return;
    this.box = box;
    this.scale = Math.min((width - 12) / Math.max(1, box.right - box.left), (height - 12) / Math.max(1, box.bottom - box.top), 0.2);
    const ratio = devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.cssText = `width:${width}px;height:${height}px`;
    const pen = this.canvas.getContext('2d')!;
    const style = getComputedStyle(this.host);
    pen.setTransform(ratio, 0, 0, ratio, this.left * ratio, this.top * ratio);
    for (const root of [false, true]) {
      pen.fillStyle = style.getPropertyValue(root ? '--accent' : '--edge');
      for (const n of nodes) {
        if (n.root !== root) continue;
        pen.fillRect((n.x - box.left) * this.scale, (n.y - box.top) * this.scale, Math.max(1, n.width * this.scale), Math.max(1, n.height * this.scale));
      }
    }
  }

  follow(sight: Sight) {
    const x = (v: number) => Math.min(this.width, Math.max(0, this.left + (v - this.box.left) * this.scale));
    const y = (v: number) => Math.min(this.height, Math.max(0, this.top + (v - this.box.top) * this.scale));
    // Nothing is out of sight: the map would say nothing.
    this.host.style.visibility = sight.left <= this.box.left && sight.top <= this.box.top && sight.right >= this.box.right && sight.bottom >= this.box.bottom ? 'hidden' : '';
    const l = x(sight.left), t = y(sight.top);
    this.frame.style.cssText = `left:${l}px;top:${t}px;width:${x(sight.right) - l}px;height:${y(sight.bottom) - t}px`;
  }

  dispose() {
    this.over.abort();
    this.host.replaceChildren();
  }
}
