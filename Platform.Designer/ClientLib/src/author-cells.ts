import type { Graph, Node } from '@antv/x6';
import { edgeId, isClosed, isTask, type AuthorEdge, type AuthorFrame, type AuthorNode, type AuthorNote, type AuthorOptions, type ScenePatch } from './author-scene';
import { textWidth } from './canvas';
import { fit, widthOf } from './graph';

/** What is drawn: tasks, connections, groups and notes, with their names for screen readers. */
export class AuthorCells {
  /** The task that Tab reaches before anybody has been at another. */
  first: string | null = null;

  private places = new Map<string, { x: number; y: number }>();

  /** @param isOnItsWay Whether a node was moved here and the server does not know it yet. */
  constructor(private graph: Graph, private options: AuthorOptions, private isOnItsWay: (id: string) => boolean) {}

  /** Draws what differs; whole, what it does not hold is gone. */
  draw(patch: ScenePatch, whole: boolean) {
    const graph = this.graph;
    graph.startBatch('apply');
    if (whole) {
      const there = new Set([...patch.nodes.map(n => n.id), ...patch.frames.map(f => f.id), ...patch.notes.map(n => `note:${n.id}`), ...patch.edges.map(e => edgeId(e.source, e.target))]);
      for (const cell of graph.getCells()) if (!there.has(cell.id)) graph.removeCell(cell);
    }
    for (const id of [...patch.goneEdges, ...patch.goneNodes, ...patch.goneFrames, ...patch.goneNotes.map(n => `note:${n}`)]) {
      const cell = graph.getCellById(id);
      // A group that was closed or opened goes on as the other.
      if (cell && !(patch.nodes.some(n => n.id === id) || patch.frames.some(f => f.id === id))) graph.removeCell(cell);
    }
    for (const frame of patch.frames) this.putFrame(frame);
    for (const node of patch.nodes) this.putNode(node);
    for (const note of patch.notes) this.putNote(note);
    for (const edge of patch.edges) this.putEdge(edge);
    graph.stopBatch('apply');
  }

  putNode(n: AuthorNode) {
    const attrs = {
      body: { class: `gn-body${n.role ? ' gn-aside' : ''}${isClosed(n.id) ? ' gn-stack' : ''}${n.problem ? ` gn-${n.problem}` : ''}` },
      label: { text: fit(n.title, textWidth - 18, 13, 600) }, sub: { text: fit((n.mapped ? '× ' : '') + n.subtitle, textWidth, 11) },
      icon: { 'xlink:href': `${this.options.sprite}#${n.icon}` }, tile: { class: `gn-tile stage-${n.stage}` },
      status: { class: n.problem ? `gn-status gn-mark-${n.problem}` : 'gn-status' },
      pill: n.role ? { class: 'gn-pill', width: widthOf(n.roleWord, 10.5) + 16 } : { class: 'gn-none' }, role: { text: n.roleWord },
    };
    let before = this.graph.getCellById(n.id);
    // A group that was open: its frame had the name that its node has now.
    if (before && !isTask(before)) { this.graph.removeCell(before); before = null as never; }
    if (before?.isNode()) {
      before.attr(attrs as never);
      // A node on its way is left where the hand holds it, until the server has all that was done.
      if (this.isOnItsWay(n.id)) this.places.set(n.id, n);
      else { this.places.delete(n.id); before.position(n.x, n.y); }
      before.setData(n, { overwrite: true });
      this.name(before, n);
      return;
    }
    const node = this.graph.addNode({ id: n.id, shape: 'task', x: n.x, y: n.y, data: n, attrs, ports: { items: [{ id: 'in', group: 'in' }, { id: 'out', group: 'out' }] } } as never);
    const view = this.view(n.id);
    view?.setAttribute('tabindex', this.first === null ? '0' : '-1');
    view?.setAttribute('role', 'button');
    if (isClosed(n.id)) view?.setAttribute('aria-expanded', 'false');
    this.first ??= n.id;
    this.name(node, n);
  }

  /** Its name is what it shows, told apart by blanks; what is wrong with it is told too. */
  private name(node: Node, n: AuthorNode) {
    const view = this.view(node.id);
    if (!view) return;
    for (const text of view.querySelectorAll('text')) if (text.nextSibling?.nodeType !== 3 /* a text */) text.after(' ');
    let title = view.querySelector(':scope > title');
    if (!n.problemText) { title?.remove(); return; }
    if (!title) { title = document.createElementNS('http://www.w3.org/2000/svg', 'title'); view.append(title); }
    title.textContent = n.problemText;
  }

  putEdge(e: AuthorEdge) {
    const id = edgeId(e.source, e.target);
    const vertices = e.way ? e.way.split(';').map(p => { const [x, y] = p.split(','); return { x: Number(x), y: Number(y) }; }) : [];
    const before = this.graph.getCellById(id);
    if (before?.isEdge()) { before.setVertices(vertices); return; }
    if (!this.graph.getCellById(e.source) || !this.graph.getCellById(e.target)) return;
    this.graph.addEdge({ id, shape: 'flow', vertices, source: { cell: e.source, port: 'out' }, target: { cell: e.target, port: 'in' } } as never);
    const view = this.graph.findViewByCell(id)?.container;
    view?.setAttribute('role', 'img');
    view?.setAttribute('aria-label', this.options.words.edge.replace('{0}', e.source).replace('{1}', e.target));
  }

  putFrame(f: AuthorFrame) {
    let before = this.graph.getCellById(f.id);
    if (before && before.shape !== 'frame') { this.graph.removeCell(before); before = null as never; }
    if (before?.isNode()) {
      before.position(f.x, f.y);
      before.resize(f.width, f.height);
      before.setData({ members: f.members }, { overwrite: true });
      return;
    }
    this.graph.addNode({ id: f.id, shape: 'frame', x: f.x, y: f.y, width: f.width, height: f.height, zIndex: -20 + f.depth, data: { members: f.members }, attrs: { label: { text: fit(f.title, f.width - 40, 12, 600) }, icon: { 'xlink:href': `${this.options.sprite}#chevron-down`, class: 'gn-chevron gn-fold' } } } as never);
  }

  putNote(n: AuthorNote) {
    const id = `note:${n.id}`;
    const before = this.graph.getCellById(id);
    if (before?.isNode()) {
      if (this.isOnItsWay(id)) this.places.set(id, n);
      else { this.places.delete(id); before.position(n.x, n.y); }
      before.resize(n.width, n.height);
      before.setData({ text: n.text }, { overwrite: true });
    } else {
      this.graph.addNode({ id, shape: 'note', x: n.x, y: n.y, width: n.width, height: n.height, zIndex: -5, data: { text: n.text } } as never);
      const view = this.view(id);
      view?.setAttribute('tabindex', '-1');
      view?.setAttribute('role', 'note');
    }
    const text = this.view(id)?.querySelector('.gn-note-text');
    if (text) text.textContent = n.text;
    this.view(id)?.setAttribute('aria-label', `${this.options.words.note}: ${n.text}`);
  }

  /** The server has everything: what was left where the hand held it goes where the document says. */
  settle() {
    for (const [id, at] of [...this.places]) {
      if (this.isOnItsWay(id)) continue;
      this.places.delete(id);
      const node = this.graph.getCellById(id);
      if (node?.isNode()) node.position(at.x, at.y);
    }
  }

  /** States of a preview's tasks; a task that is not among them shows what is wrong with it again. */
  show(states: Record<string, { state: string; words: string }>) {
    for (const node of this.graph.getNodes().filter(isTask)) {
      const s = states[node.id], problem = (node.getData() as AuthorNode).problem;
      node.attr('status', { class: s ? `gn-status st-${s.state}` : problem ? `gn-status gn-mark-${problem}` : 'gn-status', 'aria-label': s?.words ?? null, role: s ? 'img' : null });
      node.attr('bar/class', s ? `gn-bar st-${s.state}` : 'gn-bar');
    }
  }

  /** Shows what is chosen. */
  mark() {
    const selected = new Set(this.graph.getSelectedCells().map(c => c.id));
    for (const node of this.graph.getNodes()) {
      const view = this.view(node.id);
      view?.classList.toggle('gn-chosen', selected.has(node.id));
      if (isTask(node)) view?.setAttribute('aria-pressed', String(selected.has(node.id)));
    }
    for (const edge of this.graph.getEdges()) (this.graph.findViewByCell(edge)?.container as Element | undefined)?.classList.toggle('gn-chosen', selected.has(edge.id));
  }

  view(id: string | null) { return (id ? this.graph.findViewByCell(id)?.container : undefined) as SVGElement | undefined; }
}
