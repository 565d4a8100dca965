import { Graph, MiniMap } from '@antv/x6';
import { fit, registerConnector, widthOf, zoomBy, type DotNet } from './graph';

export interface LineageColumn { name: string; kind: string; marked: boolean }
export interface LineageNode {
  id: string; title: string; subtitle: string; icon: string; kind: string; root: boolean;
  x: number; y: number; width: number; height: number;
  /** Neighbours that are not drawn, upstream and downstream. */
  hiddenUp: number; hiddenDown: number;
  columns: LineageColumn[]; words: string;
}
export interface LineageEdge { id: string; source: string; target: string; fromColumn: string | null; toColumn: string | null; indirect: boolean; via: { x: number; y: number }[] }
export interface LineageOptions { sprite: string; name: string; expandUp: string; expandDown: string }

const header = 48;
const row = 22;

let registered = false;

function register() {
  if (registered) return;
  registered = true;
  registerConnector();
  Graph.registerEdge('lineage', {
    inherit: 'edge',
    attrs: { line: { class: 'gn-edge', stroke: null, strokeWidth: null, targetMarker: { name: 'classic', size: 6, class: 'gn-arrow', fill: null, stroke: null } }, wrap: { strokeWidth: 10 } },
    connector: { name: 'flow' },
    zIndex: -1,
  }, true);
}

/** Assets and what feeds what, at places that C# computed. Draws only what is in sight, so thousands of nodes pan smoothly. */
export class LineageCanvas {
  readonly graph: Graph;
  private up = new Map<string, Set<string>>();
  private down = new Map<string, Set<string>>();
  private nodes: LineageNode[] = [];
  private resize: ResizeObserver;
  private touched = false;
  private opening = false;

  constructor(private host: HTMLElement, minimap: HTMLElement | null, private options: LineageOptions, private net: DotNet) {
    register();
    this.graph = new Graph({
      container: host,
      autoResize: true,
      async: true,
      virtual: true,
      interacting: false,
      panning: { enabled: true, eventTypes: ['leftMouseDown', 'rightMouseDown'] },
      mousewheel: { enabled: true, modifiers: ['ctrl', 'meta'], minScale: 0.08, maxScale: 2, factor: 1.1 },
      grid: { visible: true, type: 'dot', size: 12, args: { color: 'var(--canvas-dot)', thickness: 1.1 } },
    } as never);
    if (minimap) this.graph.use(new MiniMap({ container: minimap, width: 168, height: 96, padding: 8, scalable: false }));
    this.graph.on('node:click', ({ node, e }) => {
      if ((e.target as Element).closest('.ln-more')) return;
      this.focus(node.id);
      void this.net.invokeMethodAsync('OnSelected', node.id);
    });
    this.graph.on('node:dblclick', ({ node }) => void this.net.invokeMethodAsync('OnOpened', node.id));
    this.graph.on('lineage:up', ({ node }: { node: { id: string } }) => void this.net.invokeMethodAsync('OnExpanded', node.id, 'upstream'));
    this.graph.on('lineage:down', ({ node }: { node: { id: string } }) => void this.net.invokeMethodAsync('OnExpanded', node.id, 'downstream'));
    this.graph.on('blank:click', () => { this.focus(null); void this.net.invokeMethodAsync('OnSelected', null); });
    this.graph.on('blank:mousedown', () => { this.touched = true; });
    this.graph.on('scale', () => { if (!this.opening) this.touched = true; });
    this.resize = new ResizeObserver(() => { if (!this.touched) this.open(); });
    this.resize.observe(host);
  }

  /** Draws a scene. `keep` holds the viewport where it is (an expansion); otherwise it opens at a readable zoom. */
  load(nodes: LineageNode[], edges: LineageEdge[], keep: boolean) {
    this.nodes = nodes;
    this.up.clear();
    this.down.clear();
    for (const e of edges) {
      link(this.down, e.source, e.target);
      link(this.up, e.target, e.source);
    }
    this.graph.fromJSON({ nodes: nodes.map(n => this.describe(n)), edges: edges.map(e => this.describeEdge(e)) } as never);
    this.host.querySelector('svg')?.setAttribute('aria-hidden', 'true');
    if (!keep) { this.touched = false; this.open(); }
  }

  /** Marks what feeds the asset and what it feeds; the rest steps back. Null clears. */
  focus(id: string | null) {
    const above = id ? this.reach(id, this.up) : new Set<string>();
    const below = id ? this.reach(id, this.down) : new Set<string>();
    this.graph.batchUpdate(() => {
      for (const node of this.graph.getNodes()) {
        const on = !id || node.id === id || above.has(node.id) || below.has(node.id);
        node.attr('body/class', `ln-body ln-${node.getData().kind}${node.getData().root ? ' ln-root' : ''}${node.id === id ? ' ln-chosen' : ''}${on ? '' : ' ln-dim'}`);
        node.attr('label/class', `gn-label${on ? '' : ' ln-dim'}`);
      }
      for (const edge of this.graph.getEdges()) {
        const s = edge.getSourceCellId(), t = edge.getTargetCellId();
        const upstream = id && (above.has(s) && (above.has(t) || t === id));
        const downstream = id && (below.has(t) && (below.has(s) || s === id));
        const dash = edge.getData()?.indirect ? ' ln-indirect' : '';
        edge.attr('line/class', `gn-edge${dash}${upstream ? ' ln-up' : downstream ? ' ln-down' : id ? ' ln-dim' : ''}`);
      }
    });
  }

  zoom(factor: number) { this.touched = true; zoomBy(this.graph, factor); }

  fit() {
    this.touched = true;
    this.graph.zoomToFit({ padding: 28, maxScale: 1, minScale: 0.08 });
  }

  centre(id: string) {
    const cell = this.graph.getCellById(id);
    if (cell) this.graph.centerCell(cell);
  }

  dispose() {
    this.resize.disconnect();
    this.graph.dispose();
  }

  /** Everything where it fits readably; otherwise the asset of the question in the middle. */
  private open() {
    this.opening = true;
    this.graph.zoomToFit({ padding: 28, maxScale: 1, minScale: 0.08 });
    if (this.graph.zoom() < 0.55) {
      this.graph.zoomTo(0.8);
      const root = this.nodes.find(n => n.root);
      if (root) this.graph.centerPoint(root.x + root.width / 2, root.y + root.height / 2);
    } else {
      this.graph.centerContent();
    }
    this.opening = false;
  }

  private reach(id: string, next: Map<string, Set<string>>) {
    const seen = new Set<string>();
    const stack = [id];
    while (stack.length) for (const n of next.get(stack.pop()!) ?? []) if (!seen.has(n)) { seen.add(n); stack.push(n); }
    seen.delete(id);
    return seen;
  }

  private describe(n: LineageNode) {
    const text = { textAnchor: 'start', textVerticalAnchor: 'middle', fill: null, fontFamily: null };
    const markup: object[] = [
      { tagName: 'rect', selector: 'body' }, { tagName: 'rect', selector: 'tile' }, { tagName: 'use', selector: 'icon' },
      { tagName: 'text', selector: 'label' }, { tagName: 'text', selector: 'sub' },
    ];
    const attrs: Record<string, object> = {
      body: { width: n.width, height: n.height, rx: 8, ry: 8, class: `ln-body ln-${n.kind}${n.root ? ' ln-root' : ''}`, fill: null, stroke: null },
      tile: { x: 9, y: 9, width: 30, height: 30, rx: 7, class: `gn-tile kind-${n.kind}`, fill: null, stroke: 'none' },
      icon: { x: 15, y: 15, width: 18, height: 18, class: 'gn-icon', 'xlink:href': `${this.options.sprite}#${n.icon}` },
      label: { refX: 47, refY: 18, text: fit(n.title, n.width - 58, 12.5, 600), fontSize: 12.5, class: 'gn-label', ...text },
      sub: { refX: 47, refY: 34, text: fit(n.subtitle, n.width - 58, 10.5), fontSize: 10.5, class: 'gn-sub', ...text },
    };
    const ports: object[] = [port('in', 0, header / 2), port('out', n.width, header / 2)];
    n.columns.forEach((c, i) => {
      const y = header + i * row;
      markup.push({ tagName: 'line', selector: `rule${i}` }, { tagName: 'text', selector: `col${i}` }, { tagName: 'text', selector: `type${i}` });
      attrs[`rule${i}`] = { x1: 0, x2: n.width, y1: y, y2: y, class: 'ln-rule', stroke: null };
      attrs[`col${i}`] = { refX: 12, refY: y + row / 2, text: fit(c.name, n.width - 32 - widthOf(c.kind, 9.5), 11, c.marked ? 600 : 400), fontSize: 11, class: `ln-col${c.marked ? ' ln-marked' : ''}`, ...text };
      attrs[`type${i}`] = { refX: n.width - 12, refY: y + row / 2, text: c.kind, fontSize: 9.5, class: 'gn-sub', ...text, textAnchor: 'end' };
      ports.push(port(`in:${c.name}`, 0, y + row / 2), port(`out:${c.name}`, n.width, y + row / 2));
    });
    this.expander(markup, attrs, n.hiddenUp, 'up', 0);
    this.expander(markup, attrs, n.hiddenDown, 'down', n.width);
    return {
      id: n.id, shape: 'rect', x: n.x, y: n.y, width: n.width, height: n.height, markup, attrs, data: { kind: n.kind, root: n.root },
      ports: { groups: { at: { position: 'absolute', markup: [{ tagName: 'circle', selector: 'circle' }], attrs: { circle: { r: 0.1, fill: 'none', stroke: 'none' } } } }, items: ports },
    };
  }

  /** A button on the node's edge that counts the neighbours it would bring. */
  private expander(markup: object[], attrs: Record<string, object>, hidden: number, side: 'up' | 'down', x: number) {
    if (hidden <= 0) return;
    const label = `+${hidden > 99 ? '99' : hidden}`;
    const width = 14 + label.length * 6;
    markup.push({ tagName: 'rect', selector: `${side}Box`, className: 'ln-more' }, { tagName: 'text', selector: `${side}Text`, className: 'ln-more' });
    attrs[`${side}Box`] = { x: x - width / 2, y: header / 2 - 9, width, height: 18, rx: 9, class: 'ln-more ln-more-box', event: `lineage:${side}`, fill: null, stroke: null, cursor: 'pointer' };
    attrs[`${side}Text`] = { refX: x, refY: header / 2, text: label, fontSize: 10.5, textAnchor: 'middle', textVerticalAnchor: 'middle', class: 'ln-more ln-more-text', event: `lineage:${side}`, fill: null, fontFamily: null, cursor: 'pointer' };
  }

  private describeEdge(e: LineageEdge) {
    return {
      id: e.id, shape: 'lineage', data: { indirect: e.indirect },
      vertices: e.via,
      source: { cell: e.source, port: e.fromColumn ? `out:${e.fromColumn}` : 'out' },
      target: { cell: e.target, port: e.toColumn ? `in:${e.toColumn}` : 'in' },
      attrs: { line: { class: `gn-edge${e.indirect ? ' ln-indirect' : ''}` } },
    };
  }
}

function port(id: string, x: number, y: number) {
  return { id, group: 'at', args: { x, y } };
}

function link(map: Map<string, Set<string>>, from: string, to: string) {
  (map.get(from) ?? map.set(from, new Set()).get(from)!).add(to);
}

export function create(host: HTMLElement, minimap: HTMLElement | null, options: LineageOptions, net: DotNet) {
  return new LineageCanvas(host, minimap, options, net);
}
