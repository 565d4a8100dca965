import { save, toPng, toSvg, type Drawing } from './lineage-export';
import { edgeLine, edgeMarkup, escape, nodeMarkup, type LineageEdge, type LineageNode } from './lineage-shapes';
import { Sheet, type Sight } from './lineage-sheet';
import { SmallMap } from './small-map';

export interface DotNet { invokeMethodAsync(method: string, ...values: unknown[]): Promise<unknown> }
export interface LineageOptions { sprite: string }

interface Line { edge: LineageEdge; d: string; to: { x: number; y: number }; box: Sight; path: Path2D }

const ns = 'http://www.w3.org/2000/svg';
/** Below this zoom no letter is readable: the whole is painted as shapes, which is quick with thousands of them. */
const readable = 0.34;
const margin = 28;

/** Assets and what feeds what, at places that C# computed. Only what is in sight is in the document, so thousands of nodes pan smoothly. */
export class LineageCanvas {
  private sheet: Sheet;
  private map: SmallMap | null;
  private world = document.createElementNS(ns, 'svg');
  private edgeLayer = document.createElementNS(ns, 'g');
  private nodeLayer = document.createElementNS(ns, 'g');
  private paint = document.createElement('canvas');
  private nodes: LineageNode[] = [];
  private byId = new Map<string, LineageNode>();
  private lines: Line[] = [];
  private drawnNodes = new Map<string, SVGGElement>();
  private drawnLines = new Map<string, SVGGElement>();
  private box: Sight = { left: 0, top: 0, right: 1, bottom: 1 };
  private chosen: string | null = null;
  private column: string | null = null;
  /** What stays bright, with the class of its lines; null where nothing is asked. */
  private lit: { nodes: Set<string>; lines: Map<string, string> } | null = null;
  private inks = new Map<string, string>();
  private over = new AbortController();
  private resize: ResizeObserver;
  private theme: MutationObserver;

  constructor(private host: HTMLElement, minimap: HTMLElement | null, private options: LineageOptions, private net: DotNet) {
    const on = { signal: this.over.signal };
    this.world.setAttribute('class', 'ln-world');
    this.world.setAttribute('aria-hidden', 'true');
    this.world.append(this.edgeLayer, this.nodeLayer);
    this.paint.className = 'ln-paint';
    host.append(this.paint, this.world);
    this.sheet = new Sheet(host, () => this.draw());
    this.map = minimap && new SmallMap(minimap, this.sheet);
    host.addEventListener('click', e => this.click(e), on);
    host.addEventListener('dblclick', e => { const id = this.under(e); if (id) void this.net.invokeMethodAsync('OnOpened', id); }, on);
    host.addEventListener('keydown', e => this.key(e), on);
    host.addEventListener('contextmenu', e => e.preventDefault(), on);
    this.resize = new ResizeObserver(() => { if (this.sheet.touched) this.sheet.soon(); else this.open(); this.map?.draw(this.nodes, this.box); });
    this.resize.observe(host);
    this.theme = new MutationObserver(() => { this.inks.clear(); this.map?.draw(this.nodes, this.box); this.sheet.soon(); });
    this.theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
  }

  /** Draws a scene. `keep` holds the sheet where it is (an expansion); otherwise it opens at a readable zoom. */
  load(nodes: LineageNode[], edges: LineageEdge[], keep: boolean, chosen: string | null) {
    const before = keep && this.chosen ? this.byId.get(this.chosen) : null;
    this.nodes = nodes;
    this.byId = new Map(nodes.map(n => [n.id, n]));
    this.lines = [];
    for (const edge of edges) {
      const source = this.byId.get(edge.source), target = this.byId.get(edge.target);
      if (!source || !target) continue;
      const { d, points } = edgeLine(edge, source, target);
      const xs = points.map(p => p.x), ys = points.map(p => p.y);
      const back = target.x < source.x + source.width ? 170 : 0;
      this.lines.push({ edge, d, to: points[points.length - 1], path: new Path2D(d), box: { left: Math.min(...xs) - back, right: Math.max(...xs) + back, top: Math.min(...ys), bottom: Math.max(...ys) } });
    }
    this.box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const n of nodes) {
      this.box.left = Math.min(this.box.left, n.x - 20);
      this.box.top = Math.min(this.box.top, n.y - 12);
      this.box.right = Math.max(this.box.right, n.x + n.width + 20);
      this.box.bottom = Math.max(this.box.bottom, n.y + n.height + 12);
    }
    this.clear();
    this.chosen = chosen && this.byId.has(chosen) ? chosen : null;
    this.column = null;
    this.light();
    this.map?.draw(nodes, this.box);
    const after = before && this.byId.get(before.id);
    if (before && after) this.sheet.by((before.x - after.x) * this.sheet.scale, (before.y - after.y) * this.sheet.scale);
    if (!keep) { this.sheet.touched = false; this.open(); }
    this.host.dataset.nodes = String(nodes.length);
    this.draw();
  }

  /** Marks what feeds the asset and what it feeds; the rest steps back. Null clears. */
  focus(id: string | null, column: string | null = null) {
    this.chosen = id && this.byId.has(id) ? id : null;
    this.column = this.chosen ? column : null;
    this.light();
    this.clear();
    this.sheet.soon();
  }

  zoom(factor: number) { this.sheet.touched = true; this.sheet.zoomAt(factor); }

  fit() { this.sheet.touched = true; this.sheet.fit(this.box, margin); }

  centre(id: string) {
    const n = this.byId.get(id);
    if (!n) return;
    this.sheet.touched = true;
    this.sheet.centre(n.x + n.width / 2, n.y + n.height / 2, Math.max(this.sheet.scale, 0.7));
  }

  /** Saves everything that is drawn, in sight or not, in the colours of the page. */
  async export(kind: 'svg' | 'png', name: string, title: string, caption: string): Promise<void> {
    const drawing: Drawing = {
      inside: this.lines.map(l => this.lineMarkup(l)).join('') + this.nodes.map(n => `<g class="ln-node${this.dim(n.id)}" transform="translate(${n.x} ${n.y})">${nodeMarkup(n, this.options.sprite, n.id === this.chosen, n.id === this.chosen ? this.column : null)}</g>`).join(''),
      left: this.box.left - margin, top: this.box.top - margin, width: this.box.right - this.box.left + 2 * margin, height: this.box.bottom - this.box.top + 2 * margin,
      title: escape(title), caption: escape(caption),
    };
    const svg = await toSvg(this.host, drawing, this.options.sprite);
    save(kind === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await toPng(svg, drawing.width, drawing.height + 34), `${name}.${kind}`);
  }

  dispose() {
    this.over.abort();
    this.resize.disconnect();
    this.theme.disconnect();
    this.sheet.dispose();
    this.map?.dispose();
    this.host.replaceChildren();
  }

  /** The ways that were asked for, or everything, where it fits readably; otherwise the asset of the question in the middle. */
  private open() {
    if (!this.nodes.length || !this.sheet.width) return;
    const way = this.nodes.filter(n => n.onPath);
    if (way.length > 1) {
      this.sheet.fit({ left: Math.min(...way.map(n => n.x)), top: Math.min(...way.map(n => n.y)), right: Math.max(...way.map(n => n.x + n.width)), bottom: Math.max(...way.map(n => n.y + n.height)) }, 2 * margin);
      if (this.sheet.scale >= 0.5) return;
    }
    this.sheet.fit(this.box, margin);
    if (this.sheet.scale >= 0.75) return;
    const root = this.byId.get(this.chosen ?? '') ?? this.nodes.find(n => n.root);
    if (root) this.sheet.centre(root.x + root.width / 2, root.y + root.height / 2, 0.85);
  }

  private draw() {
    const { x, y } = this.sheet.shift;
    this.world.style.transform = this.sheet.transform;
    const far = this.sheet.scale < readable;
    const dots = 12 * this.sheet.scale * (this.sheet.scale < 0.6 ? 3 : 1);
    this.host.style.backgroundSize = `${dots}px ${dots}px`;
    this.host.style.backgroundPosition = `${x}px ${y}px`;
    this.host.classList.toggle('far', far);
    this.world.style.display = far ? 'none' : '';
    this.paint.style.display = far ? '' : 'none';
    if (far) this.drawFar();
    else this.drawNear();
    this.map?.follow(this.sheet.sight());
  }

  /** Puts what came into sight into the document and takes out what left it. */
  private drawNear() {
    const sight = this.sheet.sight(120);
    for (const [id, element] of this.drawnNodes) {
      if (seen(nodeBox(this.byId.get(id)!), sight)) continue;
      element.remove();
      this.drawnNodes.delete(id);
    }
    for (const n of this.nodes) {
      if (this.drawnNodes.has(n.id) || !seen(nodeBox(n), sight)) continue;
      const element = group(`ln-node${this.dim(n.id)}`, nodeMarkup(n, this.options.sprite, n.id === this.chosen, n.id === this.chosen ? this.column : null));
      element.dataset.id = n.id;
      element.setAttribute('transform', `translate(${n.x} ${n.y})`);
      this.nodeLayer.append(element);
      this.drawnNodes.set(n.id, element);
    }
    const wanted = new Set<string>();
    for (const line of this.lines) {
      if (!seen(line.box, sight)) continue;
      wanted.add(line.edge.id);
      if (this.drawnLines.has(line.edge.id)) continue;
      const element = group('', this.lineMarkup(line));
      this.edgeLayer.append(element);
      this.drawnLines.set(line.edge.id, element);
    }
    for (const [id, element] of this.drawnLines) {
      if (wanted.has(id)) continue;
      element.remove();
      this.drawnLines.delete(id);
    }
  }

  /** From far away: shapes in the same colours. */
  private drawFar() {
    const ratio = devicePixelRatio || 1, width = this.sheet.width, height = this.sheet.height;
    if (this.paint.width !== width * ratio || this.paint.height !== height * ratio) {
      this.paint.width = width * ratio;
      this.paint.height = height * ratio;
    }
    const pen = this.paint.getContext('2d')!;
    const { x, y } = this.sheet.shift, scale = this.sheet.scale, sight = this.sheet.sight();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.paint.width, this.paint.height);
    pen.setTransform(ratio * scale, 0, 0, ratio * scale, x * ratio, y * ratio);
    pen.lineWidth = 1 / scale;
    const calm: Line[] = [], bright: Line[] = [];
    for (const line of this.lines) if (seen(line.box, sight)) (this.lit?.lines.has(line.edge.id) ? bright : calm).push(line);
    pen.globalAlpha = this.lit ? 0.14 : 0.4;
    pen.strokeStyle = this.ink('--edge');
    // Short lines are straight from here; one stroke for all is what makes it quick.
    pen.beginPath();
    for (const { box, edge, to } of calm) {
      const from = this.byId.get(edge.source)!;
      pen.moveTo(from.x + from.width, from.y + 24);
      if (edge.via.length && box.right - box.left < 20_000) for (const p of edge.via) pen.lineTo(p.x, p.y);
      pen.lineTo(to.x, to.y);
    }
    pen.stroke();
    pen.globalAlpha = 1;
    pen.lineWidth = 2 / scale;
    for (const line of bright) {
      const css = this.lit!.lines.get(line.edge.id)!;
      pen.strokeStyle = this.ink(css.includes('ln-path') ? '--accent' : css.includes('ln-up') ? '--up' : '--down');
      pen.stroke(line.path);
    }
    for (const n of this.nodes) {
      if (!seen(nodeBox(n), sight)) continue;
      pen.globalAlpha = !this.lit || this.lit.nodes.has(n.id) ? 1 : 0.28;
      pen.fillStyle = n.mark ? this.ink(n.mark === 'added' ? '--st-success' : '--st-failed') : this.ink(n.root || n.id === this.chosen ? '--accent' : '--node-line');
      pen.fillRect(n.x, n.y, n.width, n.height);
      pen.fillStyle = this.ink(`kind-${n.kind}`);
      pen.fillRect(n.x + 6, n.y + 6, 36, Math.min(36, n.height - 12));
    }
    pen.globalAlpha = 1;
  }

  private ink(name: string): string {
    let found = this.inks.get(name);
    if (found === undefined) {
      if (name.startsWith('--')) found = getComputedStyle(this.host).getPropertyValue(name).trim();
      else {
        const probe = document.createElement('i');
        probe.className = name;
        this.host.append(probe);
        found = getComputedStyle(probe).getPropertyValue('--s').trim() || this.ink('--edge');
        probe.remove();
      }
      this.inks.set(name, found);
    }
    return found;
  }

  private lineMarkup({ edge, d, to }: Line): string {
    const css = this.lit ? this.lit.lines.get(edge.id) ?? ' ln-dim' : '';
    return edgeMarkup(d, to, `${edge.indirect ? ' ln-indirect' : ''}${edge.mark ? ` ln-${edge.mark}` : ''}${css}`);
  }

  private dim(id: string): string { return this.lit && !this.lit.nodes.has(id) ? ' ln-dim' : ''; }

  /** What is bright: the way that was asked for, or what the chosen asset or column comes from and what comes from it. */
  private light() {
    const lines = new Map<string, string>();
    if (!this.chosen) {
      const on = this.nodes.filter(n => n.onPath);
      for (const { edge } of this.lines) if (edge.onPath) lines.set(edge.id, ' ln-path');
      this.lit = on.length ? { nodes: new Set(on.map(n => n.id)), lines } : null;
      return;
    }
    const up = new Map<string, Line[]>(), down = new Map<string, Line[]>();
    const columns = this.column !== null;
    const from = (e: LineageEdge) => columns ? `${e.source}#${e.fromColumn}` : e.source, to = (e: LineageEdge) => columns ? `${e.target}#${e.toColumn}` : e.target;
    for (const line of this.lines) {
      if (columns && (line.edge.fromColumn === null || line.edge.toColumn === null)) continue;
      (down.get(from(line.edge)) ?? down.set(from(line.edge), []).get(from(line.edge))!).push(line);
      (up.get(to(line.edge)) ?? up.set(to(line.edge), []).get(to(line.edge))!).push(line);
    }
    const nodes = new Set([this.chosen]);
    const reach = (next: Map<string, Line[]>, end: (e: LineageEdge) => string, node: (e: LineageEdge) => string, css: string) => {
      const start = columns ? `${this.chosen}#${this.column}` : this.chosen!;
      const met = new Set([start]), stack = [start];
      while (stack.length) {
        for (const { edge } of next.get(stack.pop()!) ?? []) {
          lines.set(edge.id, css);
          nodes.add(node(edge));
          if (!met.has(end(edge))) { met.add(end(edge)); stack.push(end(edge)); }
        }
      }
    };
    reach(up, from, e => e.source, ' ln-up');
    reach(down, to, e => e.target, ' ln-down');
    this.lit = { nodes, lines };
  }

  private clear() {
    this.nodeLayer.replaceChildren();
    this.edgeLayer.replaceChildren();
    this.drawnNodes.clear();
    this.drawnLines.clear();
  }

  /** The asset under a pointer. */
  private under(e: MouseEvent): string | null {
    const element = (e.target as Element).closest<SVGGElement>('.ln-node');
    if (element) return element.dataset.id ?? null;
    if (this.sheet.scale >= readable) return null;
    const at = this.sheet.place(e.clientX, e.clientY);
    return this.nodes.find(n => at.x >= n.x && at.x <= n.x + n.width && at.y >= n.y && at.y <= n.y + n.height)?.id ?? null;
  }

  private click(e: MouseEvent) {
    const id = this.under(e);
    const side = (e.target as Element).closest<SVGGElement>('.ln-more')?.dataset.side;
    if (id && side) { this.expand(id, side); return; }
    this.choose(id, (e.target as Element).getAttribute('data-column'));
  }

  private choose(id: string | null, column: string | null = null) {
    this.focus(id, column);
    void this.net.invokeMethodAsync('OnSelected', id, column);
  }

  private expand(id: string, side: string) {
    void this.net.invokeMethodAsync('OnExpanded', id, side === 'up' ? 'upstream' : 'downstream');
  }

  /** Arrows go along the links and between neighbours, Enter opens, + and - bring what is hidden after and before, Escape lets go. */
  private key(e: KeyboardEvent) {
    const at = this.byId.get(this.chosen ?? '') ?? this.nodes.find(n => n.root);
    if (!at || e.ctrlKey || e.metaKey || e.altKey) return;
    const near = (list: LineageNode[]) => list.sort((a, b) => Math.abs(a.y - at.y) - Math.abs(b.y - at.y) || a.y - b.y)[0];
    const beside = () => this.nodes.filter(n => n !== at && Math.abs(n.x - at.x) < 40);
    let to: LineageNode | undefined;
    switch (e.key) {
      case 'ArrowLeft': to = this.chosen ? near(this.lines.filter(l => l.edge.target === at.id && l.edge.source !== at.id).map(l => this.byId.get(l.edge.source)!)) : at; break;
      case 'ArrowRight': to = this.chosen ? near(this.lines.filter(l => l.edge.source === at.id && l.edge.target !== at.id).map(l => this.byId.get(l.edge.target)!)) : at; break;
      case 'ArrowUp': to = near(beside().filter(n => n.y < at.y)); break;
      case 'ArrowDown': to = near(beside().filter(n => n.y > at.y)); break;
      case 'Home': to = this.nodes.find(n => n.root); break;
      case 'Enter': if (this.chosen) void this.net.invokeMethodAsync('OnOpened', at.id); break;
      case '+': case '=': if (at.hiddenDown > 0) this.expand(at.id, 'down'); break;
      case '-': if (at.hiddenUp > 0) this.expand(at.id, 'up'); break;
      case 'Escape': this.choose(null); break;
      default: return;
    }
    e.preventDefault();
    if (!to) return;
    this.choose(to.id);
    const sight = this.sheet.sight(-40);
    if (to.x < sight.left || to.x + to.width > sight.right || to.y < sight.top || to.y + to.height > sight.bottom) this.centre(to.id);
  }
}

function nodeBox(n: LineageNode): Sight {
  return { left: n.x - 20, top: n.y - 4, right: n.x + n.width + 20, bottom: n.y + n.height + 4 };
}

function seen(a: Sight, b: Sight): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}

function group(css: string, inside: string): SVGGElement {
  const element = document.createElementNS(ns, 'g');
  if (css) element.setAttribute('class', css);
  element.innerHTML = inside;
  return element;
}

export function create(host: HTMLElement, minimap: HTMLElement | null, options: LineageOptions, net: DotNet) {
  return new LineageCanvas(host, minimap, options, net);
}
