import type { Cell, Edge } from '@antv/x6';
import type { AuthorCanvas } from './author';
import { grid, isClosed, isTask } from './author-scene';
import type { DotNet } from './graph';

/** What can be done to the workflow, by keys, buttons and gestures alike: each sends one gesture. */
export class AuthorCommands {
  private connecting: string | null = null;
  private clipboard = '';

  constructor(private canvas: AuthorCanvas, private net: DotNet) {}

  add(activity: string, at: { x: number; y: number } | null, edge: { source: string; target: string } | null) {
    const chosenEdge = edge ?? this.edgeOf(this.canvas.selectedEdges()[0]);
    const after = !edge && !chosenEdge && !at ? this.canvas.selectedTasks().find(n => !isClosed(n.id))?.id ?? null : null;
    const empty = this.canvas.tasks().length === 0;
    this.canvas.send('add', { activity, at: at ? { x: Math.round(at.x), y: Math.round(at.y) } : !after && !chosenEdge && !empty ? this.canvas.view.free() : null, after, edge: chosenEdge });
  }

  /** Why two tasks may not be connected; null where they may. */
  mayConnect(source: string | undefined, target: Cell | null | undefined, edge?: string): string | null {
    if (!source || !target || !isTask(target)) return '';
    if (isClosed(source) || isClosed(target.id)) return this.canvas.options.words.closed;
    if (source === target.id) return this.canvas.options.words.loop;
    const others = this.canvas.graph.getEdges().filter(e => e.id !== edge && e.getTargetCellId());
    if (others.some(e => e.getSourceCellId() === source && e.getTargetCellId() === target.id)) return this.canvas.options.words.again;
    const open = [target.id], seen = new Set<string>();
    while (open.length > 0) {
      const at = open.pop()!;
      if (at === source) return this.canvas.options.words.cycle;
      if (seen.has(at)) continue;
      seen.add(at);
      for (const e of others) if (e.getSourceCellId() === at) open.push(e.getTargetCellId());
    }
    return null;
  }

  connect(source: string, target: string) {
    const why = this.mayConnect(source, this.canvas.graph.getCellById(target));
    if (why) this.canvas.refuse(why);
    if (why !== null) return;
    this.canvas.send('connect', { edge: { source, target } });
  }

  /** The keyboard's way to connect: choose the task downstream, Enter connects, Escape gives up. */
  startConnecting() {
    const from = this.canvas.current();
    if (!from || !isTask(from)) return;
    this.connecting = from.id;
    this.canvas.host.classList.add('gn-connecting');
    this.canvas.say(this.canvas.options.words.connecting);
  }

  get isConnecting() { return this.connecting !== null; }

  endConnecting(take: boolean) {
    const from = this.connecting;
    this.connecting = null;
    this.canvas.host.classList.remove('gn-connecting');
    const to = this.canvas.current();
    if (take && from && to && from !== to.id) this.connect(from, to.id);
  }

  /** Opens a closed group, or closes the innermost one around a task. */
  fold(node: Cell | null) {
    if (!node) return;
    const frame = isClosed(node.id) ? null : this.canvas.graph.getNodes().filter(n => n.shape === 'frame' && (n.id === node.id || (n.getData()?.members as string ?? '').split(' ').includes(node.id))).sort((a, b) => b.id.length - a.id.length)[0];
    const group = isClosed(node.id) ? node.id : frame?.id;
    if (group) this.canvas.send('fold', { name: group.slice('group:'.length) });
  }

  remove() {
    const tasks = this.canvas.selectedTasks().map(n => n.id), notes = this.canvas.selectedNotes().map(n => n.id.slice(5)), edges = this.canvas.selectedEdges().map(e => this.edgeOf(e)!);
    if (tasks.length + notes.length + edges.length > 0) this.canvas.send('remove', { tasks, notes, edges });
  }

  nudge(dx: number, dy: number) {
    const nodes = [...this.canvas.selectedTasks(), ...this.canvas.selectedNotes()];
    for (const node of nodes) node.translate(dx, dy);
    this.canvas.flushMoves('nudge');
  }

  async copy(): Promise<boolean> {
    const tasks = this.canvas.selectedTasks().map(n => n.id);
    if (tasks.length === 0) return false;
    await this.canvas.flush();
    const text = await this.net.invokeMethodAsync('OnCopy', tasks) as string;
    this.clipboard = text;
    localStorage.setItem('platform-tasks', text);
    try { await navigator.clipboard?.writeText(text); } catch { /* Not allowed here: between workflows of this browser the copy below is enough. */ }
    return true;
  }

  async cut() { if (await this.copy()) this.remove(); }

  paste(text: string | null) {
    const tasks = text && /(^|\n)\s*(tasks:|- id:|id:)/.test(text) ? text : text && text.trim() ? null : this.clipboard || localStorage.getItem('platform-tasks');
    if (!tasks) { if (text?.trim()) this.canvas.refuse(''); return; }
    this.canvas.send('paste', { text: tasks, at: this.canvas.tasks().length === 0 ? null : this.canvas.view.free() });
  }

  addNote() {
    const at = this.canvas.view.free();
    const note = { id: `n${Date.now().toString(36)}`, text: this.canvas.options.words.newNote, x: Math.round(at.x), y: Math.round(at.y), width: 216, height: 84 };
    this.canvas.send('note', { note });
  }

  align(how: 'left' | 'right' | 'top' | 'bottom' | 'center' | 'middle' | 'across' | 'down') {
    const nodes = this.canvas.selectedTasks();
    if (nodes.length < 2) return;
    const boxes = nodes.map(n => ({ n, ...n.position(), w: n.size().width, h: n.size().height }));
    const left = Math.min(...boxes.map(b => b.x)), right = Math.max(...boxes.map(b => b.x + b.w)), top = Math.min(...boxes.map(b => b.y)), bottom = Math.max(...boxes.map(b => b.y + b.h));
    if (how === 'across' || how === 'down') {
      const key = how === 'across' ? 'x' : 'y', size = how === 'across' ? 'w' : 'h';
      boxes.sort((a, b) => a[key] - b[key]);
      const room = (how === 'across' ? right - left : bottom - top) - boxes.reduce((sum, b) => sum + b[size], 0);
      let at = boxes[0][key];
      for (const b of boxes) { b.n.position(key === 'x' ? at : b.x, key === 'y' ? at : b.y); at += b[size] + Math.max(grid, room / (boxes.length - 1)); }
    }
    for (const b of boxes) {
      if (how === 'left') b.n.position(left, b.y);
      if (how === 'right') b.n.position(right - b.w, b.y);
      if (how === 'center') b.n.position((left + right - b.w) / 2, b.y);
      if (how === 'top') b.n.position(b.x, top);
      if (how === 'bottom') b.n.position(b.x, bottom - b.h);
      if (how === 'middle') b.n.position(b.x, (top + bottom - b.h) / 2);
    }
    this.canvas.flushMoves();
  }

  edgeOf(edge: Edge | undefined) { return edge ? { source: edge.getSourceCellId(), target: edge.getTargetCellId() } : null; }
}
