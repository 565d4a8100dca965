import { Graph, type Node } from '@antv/x6';
import { dots, fit, followTheme, registerConnector, widthOf, zoomBy, type DotNet } from './graph';

export interface CanvasNode { id: string; title: string; subtitle: string; icon: string; stage: string; x: number; y: number; role: string | null; roleWord: string }
export interface CanvasEdge { source: string; target: string; via: { x: number; y: number }[] }
/** An open group, around its tasks. */
export interface CanvasFrame { id: string; title: string; x: number; y: number; width: number; height: number; depth: number }
/** What a node shows of a run: its state, a short note beside it (a duration), and the words for a screen reader. */
export interface CanvasState { state: string; note: string; words: string }
export interface CanvasOptions { sprite: string; readOnly: boolean; name: string }

export const nodeWidth = 216;
export const nodeHeight = 56;

/** The least scale at which a node's title can be read. */
const readable = 0.7;

/** From the right of the icon to the right edge. */
export const textWidth = nodeWidth - 54 - 11;

let registered = false;

export function register() {
  if (registered) return;
  registered = true;
  registerConnector();
  const text = { textAnchor: 'start', textVerticalAnchor: 'middle', fill: null, fontFamily: null };
  Graph.registerNode('task', {
    inherit: 'rect',
    width: nodeWidth,
    height: nodeHeight,
    markup: [
      { tagName: 'rect', selector: 'body' },
      { tagName: 'rect', selector: 'bar' },
      { tagName: 'rect', selector: 'tile' },
      { tagName: 'use', selector: 'icon' },
      { tagName: 'text', selector: 'label' },
      { tagName: 'text', selector: 'sub' },
      { tagName: 'text', selector: 'note' },
      { tagName: 'circle', selector: 'status' },
      { tagName: 'rect', selector: 'pill' },
      { tagName: 'text', selector: 'role' },
    ],
    attrs: {
      body: { refWidth: '100%', refHeight: '100%', rx: 8, ry: 8, class: 'gn-body', fill: null, stroke: null },
      bar: { x: 0, y: 8, width: 3, height: nodeHeight - 16, rx: 1.5, class: 'gn-bar', fill: null, stroke: 'none' },
      tile: { x: 11, y: 11, width: 34, height: 34, rx: 8, class: 'gn-tile', stroke: 'none', fill: null },
      icon: { x: 18, y: 18, width: 20, height: 20, class: 'gn-icon' },
      label: { refX: 54, refY: 21, class: 'gn-label', fontSize: 13, ...text },
      sub: { refX: 54, refY: 38, class: 'gn-sub', fontSize: 11, ...text },
      note: { refX: nodeWidth - 11, refY: 38, class: 'gn-sub gn-note', fontSize: 11, ...text, textAnchor: 'end' },
      status: { cx: nodeWidth - 14, cy: 18, r: 4.5, class: 'gn-status' },
      pill: { x: 46, y: -8, width: 0, height: 16, rx: 5, class: 'gn-none', fill: null, stroke: null },
      role: { refX: 54, refY: 0, class: 'gn-sub', fontSize: 10.5, ...text },
    },
    ports: { groups: { in: { position: 'left', attrs: { circle: { r: 3, magnet: true, class: 'gn-port' } } }, out: { position: 'right', attrs: { circle: { r: 3, magnet: true, class: 'gn-port' } } } } },
  }, true);
  Graph.registerNode('frame', {
    inherit: 'rect',
    markup: [
      { tagName: 'rect', selector: 'body' },
      { tagName: 'rect', selector: 'head' },
      { tagName: 'use', selector: 'icon' },
      { tagName: 'text', selector: 'label' },
      { tagName: 'text', selector: 'note' },
      { tagName: 'circle', selector: 'status' },
    ],
    attrs: {
      body: { refWidth: '100%', refHeight: '100%', rx: 10, ry: 10, class: 'gn-frame', fill: null, stroke: null },
      head: { refWidth: '100%', height: 28, rx: 10, ry: 10, class: 'gn-head', fill: null, stroke: null },
      icon: { x: 10, y: 7, width: 14, height: 14, class: 'gn-chevron' },
      label: { refX: 28, refY: 14, class: 'gn-label', fontSize: 12, ...text },
      note: { refX: '100%', refX2: -26, refY: 14, class: 'gn-sub gn-note', fontSize: 11, ...text, textAnchor: 'end' },
      status: { refX: '100%', refX2: -14, refY: 14, r: 4.5, class: 'gn-status' },
    },
  }, true);
  Graph.registerEdge('flow', {
    inherit: 'edge',
    attrs: { line: { class: 'gn-edge', stroke: null, strokeWidth: null, targetMarker: { name: 'classic', size: 7, class: 'gn-arrow', fill: null, stroke: null } }, wrap: { strokeWidth: 12 } },
    connector: { name: 'flow' },
    zIndex: -1,
  }, true);
}

/**
 * A workflow's tasks and connections. It draws what C# gives it and reports what the user does; the document lives in C#.
 * Read-only it pans, zooms and selects; the designer adds editing on the same nodes.
 */
export class WorkflowCanvas {
  readonly graph: Graph;
  private selected: string | null = null;
  private subtitles = new Map<string, string>();
  private roles = new Set<string>();
  private refocus: string | null = null;
  private resize: ResizeObserver;
  private touched = false;
  private shown = false;
  private fitting = false;
  private unfollow: () => void;

  constructor(private host: HTMLElement, private options: CanvasOptions, private net: DotNet) {
    register();
    this.graph = new Graph({
      container: host,
      autoResize: true,
      async: false,
      grid: dots(12),
      panning: { enabled: true, eventTypes: ['leftMouseDown', 'rightMouseDown'] },
      mousewheel: { enabled: true, modifiers: ['ctrl', 'meta'], minScale: 0.2, maxScale: 2, factor: 1.1 },
      interacting: () => !options.readOnly,
    });
    this.graph.on('node:click', ({ node }) => this.choose(node.id));
    this.graph.on('blank:click', () => this.choose(null));
    this.graph.on('blank:mousedown', () => { this.touched = true; });
    this.graph.on('scale', () => { if (!this.fitting) this.touched = true; });
    // The graph stays fitted to its pane until the user pans or zooms.
    this.resize = new ResizeObserver(() => { if (!this.touched) this.open(); });
    this.resize.observe(host);
    this.unfollow = followTheme(this.graph, 12);
  }

  load(nodes: CanvasNode[], edges: CanvasEdge[], frames: CanvasFrame[]) {
    this.subtitles = new Map(nodes.map(n => [n.id, n.subtitle]));
    this.roles = new Set(nodes.filter(n => n.role).map(n => n.id));
    this.graph.fromJSON({
      nodes: [...frames.map(f => this.frame(f)), ...nodes.map(n => this.describe(n, edges))],
      edges: edges.map(e => ({ shape: 'flow', id: `${e.source}>${e.target}`, vertices: e.via, source: { cell: e.source, port: 'out' }, target: { cell: e.target, port: 'in' } })),
    } as never);
    this.graph.getNodes().forEach(n => this.makeReachable(n));
    this.host.querySelector('svg')?.setAttribute('aria-label', this.options.name);
    this.host.querySelector('svg')?.setAttribute('role', 'group');
    this.touched = false;
    this.shown = false;
    this.open();
    // Who closed or opened a group by the keyboard stays at it.
    const at = this.refocus ? this.graph.getCellById(this.refocus) : null;
    this.refocus = null;
    if (at?.isNode()) (this.graph.findViewByCell(at)?.container as SVGElement | undefined)?.focus();
  }

  /** Live states by task; only what changed is touched. */
  show(states: Record<string, CanvasState>) {
    const first = !this.shown && !this.touched;
    this.shown = true;
    for (const [id, s] of Object.entries(states)) {
      const node = this.graph.getCellById(id);
      if (!node?.isNode() || node.getData()?.state === s.state && node.getData()?.note === s.note) continue;
      node.setData({ state: s.state, note: s.note }, { overwrite: true });
      if (node.shape === 'frame') {
        node.attr({ status: { class: `gn-status st-${s.state}`, role: 'img', 'aria-label': s.words }, note: { text: s.note } });
        continue;
      }
      node.attr({
        status: { class: `gn-status st-${s.state}`, role: 'img', 'aria-label': s.words },
        bar: { class: `gn-bar st-${s.state}` },
        body: { class: this.bodyClass(id, s.state) },
        note: { text: s.note },
        sub: { text: fit(this.subtitles.get(id) ?? '', textWidth - (s.note ? widthOf(s.note, 11) + 8 : 0), 11) },
      });
      for (const edge of this.graph.getConnectedEdges(node, { incoming: true })) edge.attr('line/class', `gn-edge${s.state === 'running' ? ' gn-flowing' : ''}`);
    }
    if (first) this.open();
  }

  select(id: string | null) {
    if (this.selected === id) return;
    const first = !this.touched && this.selected === null && id !== null;
    const before = this.selected;
    this.selected = id;
    for (const each of [before, id]) {
      const node = each ? this.graph.getCellById(each) : null;
      if (!node?.isNode()) continue;
      node.attr('body/class', this.bodyClass(node.id, node.getData()?.state));
      (this.graph.findViewByCell(node)?.container as SVGElement | undefined)?.setAttribute('aria-pressed', String(node.id === id));
    }
    if (first) this.open();
  }

  zoom(factor: number) { this.touched = true; zoomBy(this.graph, factor); }

  fit() {
    this.fitting = true;
    this.graph.zoomToFit({ padding: 24, maxScale: 1, minScale: 0.35 });
    this.graph.centerContent();
    this.fitting = false;
  }

  reset() { this.touched = false; this.fit(); this.touched = true; }

  /** As it opens: fitted where that can be read; else at the least scale that can, with what needs a look in sight. */
  private open() {
    this.fit();
    if (!this.options.readOnly || this.graph.zoom() >= readable) return;
    const nodes = this.graph.getNodes();
    const needs = (state: string) => nodes.find(n => n.getData()?.state === state);
    const focus = (this.selected ? this.graph.getCellById(this.selected) : null) ?? needs('failed') ?? needs('running') ?? needs('up_for_retry') ?? nodes.reduce((a, b) => b.getBBox().x < a.getBBox().x ? b : a);
    this.fitting = true;
    this.graph.zoomTo(readable);
    const [area, content, at] = [this.host.getBoundingClientRect(), this.graph.getContentBBox(), focus.getBBox()];
    // A graph coordinate c is drawn at c * scale + shift: the focus in the middle, but no room left empty beside the content.
    const shift = (size: number, from: number, length: number, middle: number) => {
      const drawn = length * readable;
      if (drawn + 48 <= size) return (size - drawn) / 2 - from * readable;
      return Math.min(24 - from * readable, Math.max(size - 24 - (from + length) * readable, size / 2 - middle * readable));
    };
    const box = this.graph.getCellsBBox(nodes) ?? content;
    this.graph.translate(shift(area.width, box.x, box.width, at.x + at.width / 2), shift(area.height, box.y, box.height, at.y + at.height / 2));
    this.fitting = false;
  }

  dispose() {
    this.resize.disconnect();
    this.unfollow();
    this.graph.dispose();
  }

  private bodyClass(id: string, state?: string) {
    return `gn-body${this.roles.has(id) ? ' gn-aside' : ''}${id.startsWith('group:') ? ' gn-stack' : ''}${state ? ` on-${state}` : ''}${id === this.selected ? ' gn-selected' : ''}`;
  }

  private describe(n: CanvasNode, edges: CanvasEdge[]) {
    // Read-only, a port is drawn only where something is connected.
    const ports = [...edges.some(e => e.target === n.id) ? [{ id: 'in', group: 'in' }] : [], ...edges.some(e => e.source === n.id) ? [{ id: 'out', group: 'out' }] : []];
    return {
      id: n.id, shape: 'task', x: n.x, y: n.y, data: {},
      ports: { items: ports },
      attrs: {
        body: { class: this.bodyClass(n.id) },
        ...n.role ? { pill: { class: 'gn-pill', width: widthOf(n.roleWord, 10.5) + 16 }, role: { text: n.roleWord } } : {},
        label: { text: fit(n.title, textWidth - 18, 13, 600) }, sub: { text: fit(n.subtitle, textWidth, 11) }, icon: { 'xlink:href': `${this.options.sprite}#${n.icon}` }, tile: { class: `gn-tile stage-${n.stage}` },
      },
    };
  }

  private frame(f: CanvasFrame) {
    return {
      id: f.id, shape: 'frame', x: f.x, y: f.y, width: f.width, height: f.height, zIndex: -20 + f.depth, data: {},
      attrs: { label: { text: fit(f.title, f.width - 90, 12, 600) }, icon: { 'xlink:href': `${this.options.sprite}#chevron-down` } },
    };
  }

  private choose(id: string | null) {
    this.touched = true;
    if (id?.startsWith('group:')) {
      this.refocus = document.activeElement?.closest('[data-cell-id]')?.getAttribute('data-cell-id') === id ? id : null;
      void this.net.invokeMethodAsync('OnFolded', id);
      return;
    }
    this.select(id);
    void this.net.invokeMethodAsync('OnSelected', id);
  }

  /** Tab reaches each node in the document's order; Enter and Space choose it. */
  private makeReachable(node: Node) {
    const view = this.graph.findViewByCell(node)?.container as SVGElement | undefined;
    if (!view) return;
    // Its name is what it shows: title, activity, duration and state, told apart by blanks.
    for (const text of view.querySelectorAll('text')) text.after(' ');
    view.setAttribute('tabindex', '0');
    view.setAttribute('role', 'button');
    if (node.id.startsWith('group:')) view.setAttribute('aria-expanded', String(node.shape === 'frame'));
    else view.setAttribute('aria-pressed', 'false');
    view.addEventListener('keydown', event => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      this.choose(node.id);
    });
  }
}

export function create(host: HTMLElement, options: CanvasOptions, net: DotNet) {
  return new WorkflowCanvas(host, options, net);
}
