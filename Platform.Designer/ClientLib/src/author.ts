import { Graph, Selection, Snapline, type Cell, type Edge, type Node } from '@antv/x6';
import { AuthorCells } from './author-cells';
import { AuthorCommands } from './author-commands';
import { bindFoot } from './author-foot';
import { AuthorMap } from './author-map';
import { bindKeys, bindToolbox } from './author-input';
import { Outbox } from './author-outbox';
import { grid, isClosed, isNote, isTask, registerNote, type AuthorNote, type AuthorOptions, type ScenePatch } from './author-scene';
import { AuthorView } from './author-view';
import { tellWhyNot } from './author-why';
import { register } from './canvas';
import { dots, followTheme, type DotNet } from './graph';

export { suggest } from './author-suggest';

/**
 * The canvas on which a workflow is composed. It owns the gesture in progress, what is chosen and the view; each finished gesture goes to C# as a command,
 * which changes the document and sends back what differs.
 */
export class AuthorCanvas {
  readonly graph: Graph;
  readonly outbox: Outbox;
  readonly view: AuthorView;
  readonly commands: AuthorCommands;
  private cells: AuthorCells;
  private map: AuthorMap | null;
  private resize: ResizeObserver;
  private unbind: (() => void)[] = [];
  private moved = new Set<string>();
  /** The number of the last gesture that moved a node, and that of the last one which the server had taken when it drew: until then a node stays where the hand put it. */
  private movedBy = new Map<string, number>();
  private taken = 0;
  private applying = false;
  private active: string | null = null;
  private chosen = '';
  private readonly editable: boolean;

  constructor(readonly host: HTMLElement, minimap: HTMLElement | null, toolbox: HTMLElement | null, readonly options: AuthorOptions, private net: DotNet) {
    register();
    registerNote();
    const editable = this.editable = !options.readOnly;
    const graph: Graph = this.graph = new Graph({
      container: host,
      autoResize: true,
      async: false,
      grid: dots(grid),
      panning: { enabled: true, modifiers: ['space'], eventTypes: ['leftMouseDown', 'rightMouseDown', 'mouseWheel'] },
      mousewheel: { enabled: true, modifiers: ['ctrl', 'meta'], minScale: 0.15, maxScale: 2.5, factor: 1.1 },
      interacting: () => editable ? { nodeMovable: () => true, magnetConnectable: true, arrowheadMovable: true, edgeMovable: false } : false,
      connecting: {
        allowBlank: false, allowLoop: false, allowNode: true, allowEdge: false, allowMulti: false, highlight: true, snap: { radius: 30 },
        createEdge: (): Edge => graph.createEdge({ shape: 'flow' }),
        validateMagnet: ({ magnet }) => magnet.getAttribute('port-group') === 'out',
        validateConnection: a => this.commands.mayConnect(a.sourceCell?.id, a.targetCell, a.edge?.id) === null,
      },
      highlighting: { magnetAvailable: { name: 'className', args: { className: 'gn-available' } }, magnetAdsorbed: { name: 'className', args: { className: 'gn-adsorbed' } } },
    });
    graph.use(new Selection({ enabled: true, multiple: true, rubberband: editable, rubberNode: true, rubberEdge: false, movable: editable, showNodeSelectionBox: false, pointerEvents: 'none', className: 'gn-sel', filter: cell => cell.shape !== 'frame' }));
    if (editable) graph.use(new Snapline({ enabled: true }));
    this.outbox = new Outbox(options.key, net, lost => void this.host.closest('.author')?.toggleAttribute('data-offline', lost), () => void net.invokeMethodAsync('OnResumed').catch(() => undefined));
    this.view = new AuthorView(graph, host);
    this.map = minimap && new AuthorMap(graph, host, minimap, this.view);
    this.commands = new AuthorCommands(this, net);
    this.cells = new AuthorCells(graph, options, id => this.moved.has(id) || (this.movedBy.get(id) ?? 0) > this.taken);
    this.listen();
    // Asked in the moment of leaving, of what the page says then: a guard that C# sets and takes away comes a moment after what it is about.
    const leave = (event: BeforeUnloadEvent) => { if (host.closest('.author')?.hasAttribute('data-behind')) event.preventDefault(); };
    window.addEventListener('beforeunload', leave);
    this.unbind.push(() => window.removeEventListener('beforeunload', leave));
    this.unbind.push(followTheme(graph, grid));
    const author = host.closest<HTMLElement>('.author');
    if (author) this.unbind.push(bindFoot(author));
    if (editable) {
      this.unbind.push(bindKeys(this));
      this.unbind.push(tellWhyNot(graph, (source, target, edge) => this.commands.mayConnect(source, graph.getCellById(target), edge)));
      if (toolbox) this.unbind.push(bindToolbox(this, toolbox));
    }
    this.resize = new ResizeObserver(() => {
      if (!this.view.touched) this.view.open();
      // A panel took a part of the room: what is worked on stays in sight.
      const at = this.selectedTasks()[0];
      if (at) this.view.show(at);
    });
    this.resize.observe(host);
    host.setAttribute('role', 'application');
    host.setAttribute('aria-label', options.words.name);
    (host as unknown as { canvas: AuthorCanvas }).canvas = this;
  }

  /** Draws what differs; whole, what it does not hold is gone. */
  apply(patch: ScenePatch, first: boolean, whole = false, taken: Record<string, number> = {}) {
    this.taken = taken[this.outbox.page] ?? this.taken;
    const held = this.host.contains(document.activeElement), empty = this.tasks().length === 0;
    this.applying = true;
    this.cells.draw(patch, whole);
    this.cells.settle();
    this.active ??= this.cells.first;
    this.applying = false;
    // What had the focus may be gone, and the next key with it: the canvas keeps it.
    if (held && !this.host.contains(document.activeElement)) this.holdFocus();
    if (first) {
      this.view.touched = false;
      this.view.open();
      this.outbox.resume();
    }
    // The first task of an empty canvas stands in the middle of it.
    else if (empty && !this.view.touched) this.view.open();
    this.cells.mark();
    if (this.editable) this.takeKeys(first);
  }

  /** Without a task there is nothing else that Tab could come to; a canvas that opens empty waits for the first one at once. */
  private takeKeys(first: boolean) {
    const empty = this.tasks().length === 0;
    this.host.tabIndex = empty ? 0 : -1;
    if (first && empty && (document.activeElement ?? document.body) === document.body) this.host.focus({ preventScroll: true });
  }

  private holdFocus() {
    const next = this.current() ?? this.selectedTasks()[0] ?? this.tasks()[0];
    if (next) this.setActive(next.id, false);
    (this.cells.view(next?.id ?? null) ?? this.host).focus({ preventScroll: true });
  }

  /** Shows what C# chose; a task that is out of sight is brought into it. */
  choose(ids: string[], reveal: boolean) {
    const key = ids.join(' ');
    if (key === this.chosen && !reveal) return;
    this.chosen = key;
    const cells = ids.map(id => this.graph.getCellById(id)).filter(Boolean);
    this.applying = true;
    this.graph.resetSelection(cells);
    this.applying = false;
    const at = cells[0];
    if (at?.isNode()) {
      // Keys go on from what was chosen: the focus goes with it, where the canvas has it.
      this.setActive(at.id, this.host.contains(document.activeElement));
      if (reveal) this.view.reveal(at);
    }
    this.cells.mark();
  }

  /** States of a preview's tasks; a task that is not among them shows what is wrong with it again. */
  show(states: Record<string, { state: string; words: string }>) { this.cells.show(states); }

  /** The draft is saved with the gestures up to these numbers. */
  kept(numbers: Record<string, number>) { this.outbox.kept(numbers); }

  send(kind: string, fields: Record<string, unknown> = {}) { return this.outbox.send({ kind, ...fields }); }

  /** Waits until the server has every gesture. */
  async flush() { this.flushMoves(); await this.outbox.flush(); return this.outbox.idle; }

  // ---- what is chosen

  selectedTasks(): Node[] { return this.graph.getSelectedCells().filter(c => c.isNode() && isTask(c)) as Node[]; }
  selectedNotes(): Node[] { return this.graph.getSelectedCells().filter(isNote) as Node[]; }
  selectedEdges(): Edge[] { return this.graph.getSelectedCells().filter(c => c.isEdge()) as Edge[]; }
  tasks(): Node[] { return this.graph.getNodes().filter(isTask); }
  current(): Node | null { const node = this.active ? this.graph.getCellById(this.active) : null; return node?.isNode() ? node : null; }
  select(cells: Cell[]) { this.graph.resetSelection(cells); }

  setActive(id: string | null, focus: boolean) {
    this.cells.view(this.active)?.setAttribute('tabindex', '-1');
    this.active = id;
    const view = this.cells.view(id);
    view?.setAttribute('tabindex', '0');
    if (focus) view?.focus({ preventScroll: true });
    const node = this.current();
    if (focus && node) this.view.reveal(node);
  }

  /** The task nearest in a direction. */
  neighbour(dx: number, dy: number): Node | null {
    const from = this.current() ?? this.tasks()[0];
    if (!from || !this.current()) return from ?? null;
    const a = from.getBBox().center;
    let best: Node | null = null, least = Infinity;
    for (const node of this.graph.getNodes().filter(n => n !== from && (isTask(n) || isNote(n)))) {
      const b = node.getBBox().center;
      const along = (b.x - a.x) * dx + (b.y - a.y) * dy, across = Math.abs((b.x - a.x) * dy) + Math.abs((b.y - a.y) * dx);
      if (along <= 4) continue;
      const cost = along + across * 2.5;
      if (cost < least) [best, least] = [node, cost];
    }
    return best;
  }

  // ---- what C# calls by name

  zoom(factor: number) { this.view.zoom(factor); }
  fit() { this.view.fit(); }
  copy() { return this.commands.copy(); }
  paste(text: string | null) { this.commands.paste(text); }
  remove() { this.commands.remove(); }
  /** Adds by the keyboard: what was added takes the focus when it comes. */
  add(activity: string) { this.host.focus({ preventScroll: true }); this.commands.add(activity, null, null); }
  holdKeys() { this.holdFocus(); }
  addNote() { this.commands.addNote(); }
  align(how: Parameters<AuthorCommands['align']>[0]) { this.commands.align(how); }

  say(text: string) { void this.net.invokeMethodAsync('OnSaid', text).catch(() => undefined); }
  refuse(why: string) { void this.net.invokeMethodAsync('OnRefused', why).catch(() => undefined); }
  ask(what: string) { void this.net.invokeMethodAsync('OnAsked', what).catch(() => undefined); }

  dispose() {
    this.unbind.forEach(f => f());
    this.resize.disconnect();
    this.map?.dispose();
    this.outbox.dispose();
    this.graph.dispose();
  }

  // ---- inside

  private listen() {
    const graph = this.graph;
    graph.on('selection:changed', () => {
      this.cells.mark();
      if (this.applying) return;
      const ids = this.selectedTasks().map(n => n.id);
      this.chosen = ids.join(' ');
      if (ids.length > 0 && !ids.includes(this.active ?? '')) this.setActive(ids[ids.length - 1], false);
      void this.net.invokeMethodAsync('OnSelected', ids).catch(() => undefined);
    });
    graph.on('node:change:position', ({ node }) => { if (!this.applying) this.moved.add(node.id); });
    graph.on('node:change:size', ({ node }) => { if (!this.applying) this.moved.add(node.id); });
    graph.on('node:mousedown', ({ node }) => { if (node.shape !== 'frame') this.setActive(node.id, false); });
    graph.on('blank:mousedown', () => { this.view.touched = true; });
    graph.on('edge:connected', ({ isNew, edge, previousCell, currentCell, type }) => {
      const source = edge.getSourceCellId(), target = edge.getTargetCellId();
      if (isNew) {
        graph.removeCell(edge);
        if (source && target) { this.cells.putEdge({ source, target, way: '' }); this.send('connect', { edge: { source, target } }); }
        return;
      }
      if (!previousCell || !currentCell || previousCell.id === currentCell.id) return;
      const before = type === 'source' ? { source: previousCell.id, target } : { source, target: previousCell.id };
      graph.removeCell(edge);
      this.cells.putEdge({ source, target, way: '' });
      this.send('reconnect', { edge: { source, target }, before });
    });
    graph.on('edge:selected', ({ edge }) => { if (!this.options.readOnly) edge.addTools([{ name: 'source-arrowhead', args: { attrs: { class: 'gn-handle', d: 'M -5 0 a 5 5 0 1 0 10 0 a 5 5 0 1 0 -10 0' } } }, { name: 'target-arrowhead', args: { attrs: { class: 'gn-handle', d: 'M -5 0 a 5 5 0 1 0 10 0 a 5 5 0 1 0 -10 0' } } }]); });
    graph.on('edge:unselected', ({ edge }) => edge.removeTools());
    graph.on('node:click', ({ node, e }) => { if (node.shape === 'frame' && (e.target as Element).classList.contains('gn-fold')) this.commands.fold(node); });
    graph.on('node:dblclick', ({ node }) => isClosed(node.id) ? this.commands.fold(node) : this.ask(isNote(node) ? `note ${node.id.slice(5)}` : 'properties'));
    const up = () => { if (this.moved.size > 0) this.flushMoves(); };
    // The canvas carries out the last movement after the button is let go: it is asked for again when a drag has ended.
    const moved = ({ node }: { node: Node }) => { if (this.moved.has(node.id)) setTimeout(up); };
    document.addEventListener('mouseup', up);
    this.unbind.push(() => document.removeEventListener('mouseup', up));
    graph.on('node:moved', moved);
    // Frames move what is in them.
    graph.on('node:moving', ({ node }) => { if (node.shape === 'frame') this.dragFrame(node); });
    graph.on('node:mousedown', ({ node }) => { if (node.shape === 'frame') this.frameAt = { ...node.position() }; });
  }

  private frameAt: { x: number; y: number } | null = null;

  private dragFrame(frame: Node) {
    if (!this.frameAt) return;
    const at = frame.position(), dx = at.x - this.frameAt.x, dy = at.y - this.frameAt.y;
    this.frameAt = { ...at };
    for (const id of (frame.getData()?.members as string ?? '').split(' ')) {
      const node = this.graph.getCellById(id);
      if (node?.isNode()) node.translate(dx, dy);
    }
    for (const other of this.graph.getNodes()) if (other !== frame && other.shape === 'frame' && other.id.startsWith(`${frame.id}/`)) other.translate(dx, dy);
  }

  /** What was moved becomes one gesture. */
  flushMoves(merge?: string) {
    this.frameAt = null;
    const places: Record<string, { x: number; y: number }> = {}, moved: AuthorNote[] = [];
    for (const id of this.moved) {
      const node = this.graph.getCellById(id);
      if (!node?.isNode() || node.shape === 'frame') continue;
      const at = node.position(), size = node.size();
      if (isNote(node)) moved.push({ id: id.slice(5), text: node.getData().text, x: Math.round(at.x), y: Math.round(at.y), width: Math.round(size.width), height: Math.round(size.height) });
      else places[id] = { x: Math.round(at.x), y: Math.round(at.y) };
    }
    this.moved.clear();
    if (Object.keys(places).length + moved.length === 0) return;
    const number = this.send('move', { places, moved, merge });
    for (const id of [...Object.keys(places), ...moved.map(n => `note:${n.id}`)]) this.movedBy.set(id, number);
  }
}

export function create(host: HTMLElement, minimap: HTMLElement | null, toolbox: HTMLElement | null, options: AuthorOptions, net: DotNet) {
  return new AuthorCanvas(host, minimap, toolbox, options, net);
}
