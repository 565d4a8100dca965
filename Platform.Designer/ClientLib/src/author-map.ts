import type { Graph } from '@antv/x6';
import { isTask } from './author-scene';
import type { AuthorView } from './author-view';
import { SmallMap } from './small-map';

/** The workflow in small beside the canvas: boxes on one sheet. X6's own map draws every node and connection a second time, and measures all of them anew with each that comes: it took half of the opening. */
export class AuthorMap {
  private map: SmallMap;
  private asked = 0;
  private changed = true;
  private width: number;
  private height: number;
  private theme: MutationObserver;

  constructor(private graph: Graph, host: HTMLElement, map: HTMLElement, view: AuthorView) {
    this.map = new SmallMap(map, { get touched() { return view.touched; }, set touched(value) { view.touched = value; }, centre: (x, y) => graph.centerPoint(x, y) });
    for (const event of ['cell:added', 'cell:removed', 'node:change:position', 'node:change:size', 'selection:changed']) graph.on(event, () => this.soon(true));
    [this.width, this.height] = [host.clientWidth, host.clientHeight];
    graph.on('resize', ({ width, height }) => { [this.width, this.height] = [width, height]; this.soon(false); });
    for (const event of ['scale', 'translate']) graph.on(event, () => this.soon(false));
    this.theme = new MutationObserver(() => this.soon(true));
    this.theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
  }

  dispose() {
    cancelAnimationFrame(this.asked);
    this.theme.disconnect();
    this.map.dispose();
  }

  /** Once a frame, however much has changed. */
  private soon(changed: boolean) {
    this.changed ||= changed;
    this.asked ||= requestAnimationFrame(() => { this.asked = 0; this.draw(); });
  }

  private draw() {
    if (this.changed) {
      this.changed = false;
      const boxes = this.graph.getNodes().filter(n => n.shape !== 'frame').map(n => ({ ...n.position(), ...n.size(), root: isTask(n) && this.graph.isSelected(n) }));
      const least = (of: (b: typeof boxes[number]) => number) => boxes.reduce((a, b) => Math.min(a, of(b)), Infinity);
      this.map.draw(boxes, boxes.length === 0 ? { left: 0, top: 0, right: 1, bottom: 1 } : { left: least(b => b.x), top: least(b => b.y), right: -least(b => -b.x - b.width), bottom: -least(b => -b.y - b.height) });
    }
    const zoom = this.graph.zoom(), { tx, ty } = this.graph.translate();
    this.map.follow({ left: -tx / zoom, top: -ty / zoom, right: (this.width - tx) / zoom, bottom: (this.height - ty) / zoom });
  }
}
