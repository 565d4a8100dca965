import type { Edge, Graph, Node } from '@antv/x6';
import { grid, isTask } from './author-scene';
import { nodeHeight, nodeWidth } from './canvas';

/** Names are read down to this size; in a narrow page the whole matters more. */
const readable = 0.62, roughly = 0.45, narrow = 800;

/** Height of the tools at the top of the canvas. */
const tall = 48;

/** What is in sight: zoom, the first view, free places, and what lies under the pointer. */
export class AuthorView {
  /** Whether somebody has moved the view: it is theirs from then on. */
  touched = false;
  private hover: string | null = null;

  constructor(private graph: Graph, private host: HTMLElement) {}

  zoom(factor: number) { this.touched = true; this.graph.zoomTo(Math.min(2.5, Math.max(0.15, this.graph.zoom() * factor))); }

  fit() { this.touched = true; this.graph.zoomToFit({ padding: 32, maxScale: 1, minScale: 0.15 }); this.graph.centerContent(); }

  /** Opens so that names can be read: all of a small workflow, the beginning of a large one. */
  open() {
    // In the canvas's own units: those of the screen change with each view that is taken.
    const box = this.graph.getContentArea();
    if (box.width === 0) return;
    const area = this.host.getBoundingClientRect();
    // Hidden behind the text it has no size, and no view.
    if (area.width === 0 || area.height === 0) return;
    const scale = Math.min(1, (area.width - 64) / box.width, (area.height - 64) / box.height);
    if (scale >= (area.width < narrow ? roughly : readable)) { this.graph.zoomTo(scale); this.graph.centerContent(); return; }
    this.graph.zoomTo(0.8);
    const first = this.tasks().reduce((a, b) => (b.position().x < a.position().x ? b : a));
    this.graph.positionPoint({ x: box.x, y: Math.min(Math.max(first.getBBox().center.y, box.y + (area.height / 2 - 32) / 0.8), Math.max(box.y + box.height - (area.height / 2 - 32) / 0.8, first.getBBox().center.y)) }, 32, area.height / 2);
  }

  /** A free place near the middle of what is in sight. */
  free(): { x: number; y: number } {
    const area = this.host.getBoundingClientRect();
    const middle = this.graph.clientToLocal(area.left + area.width / 2, area.top + area.height / 2);
    let x = Math.round((middle.x - nodeWidth / 2) / grid) * grid, y = Math.round((middle.y - nodeHeight / 2) / grid) * grid;
    const boxes = this.tasks().map(n => n.position());
    while (boxes.some(b => Math.abs(b.x - x) < nodeWidth && Math.abs(b.y - y) < nodeHeight + 8)) y += nodeHeight + 2 * grid;
    return { x, y };
  }

  /** The edge under a point of the page. */
  edgeAt(x: number, y: number): Edge | null {
    const id = document.elementsFromPoint(x, y).map(e => e.closest('.x6-edge')?.getAttribute('data-cell-id')).find(Boolean);
    const cell = id ? this.graph.getCellById(id) : null;
    return cell?.isEdge() ? cell : null;
  }

  /** Marks the edge into which a drop would insert. */
  aim(edge: Edge | null) {
    if (this.hover === (edge?.id ?? null)) return;
    const before = this.hover ? this.graph.getCellById(this.hover) : null;
    if (before?.isEdge()) before.attr('line/class', 'gn-edge');
    this.hover = edge?.id ?? null;
    edge?.attr('line/class', 'gn-edge gn-aimed');
  }

  /** Brings a node into sight where it is out of it. */
  reveal(node: Node) {
    if (this.show(node)) this.touched = true;
  }

  /** As reveal, by a movement that is not the person's: the view goes on being fitted. Says whether it moved; as far as it must, with a margin. */
  show(node: Node): boolean {
    const box = this.graph.findViewByCell(node)?.container.getBoundingClientRect(), area = this.uncovered();
    if (!box || area.right <= area.left || area.bottom <= area.top) return false;
    const [dx, dy] = [into(box.left, box.right, area.left, area.right), into(box.top, box.bottom, area.top, area.bottom)];
    if (dx === 0 && dy === 0) return false;
    this.graph.translateBy(dx, dy);
    return true;
  }

  /** The part of the canvas that neither its tools nor, in a narrow page, a drawer lies over. */
  private uncovered() {
    const { left, right, top, bottom } = this.host.getBoundingClientRect(), author = this.host.closest('.author');
    const side = author?.querySelector('.author-side')?.getBoundingClientRect(), tools = author?.querySelector('.author-tools')?.getBoundingClientRect();
    return {
      left: Math.max(left, tools && tools.width > 0 ? tools.right : left), right: Math.min(right, side && side.width > 0 ? side.left : right),
      top: top + Math.min(tall, (bottom - top) / 4), bottom,
    };
  }

  private tasks(): Node[] { return this.graph.getNodes().filter(isTask); }
}

/** How far something must move to lie inside, with a margin where there is room for one; 0 where it lies there. */
function into(from: number, to: number, start: number, end: number): number {
  if (from >= start && to <= end) return 0;
  const margin = Math.max(0, Math.min(32, (end - start - (to - from)) / 2));
  return from < start || to - from > end - start ? start + margin - from : end - margin - to;
}
