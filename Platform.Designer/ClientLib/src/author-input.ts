import type { AuthorCanvas } from './author';
import { isClosed } from './author-scene';

const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Keys of the canvas: everything that the mouse does can be done with them. Help is in the page's dialog of keys. */
export function bindKeys(canvas: AuthorCanvas): () => void {
  const host = canvas.host;
  const down = (event: KeyboardEvent) => {
    const ctrl = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const arrow = arrows[event.key];
    const done = () => { event.preventDefault(); event.stopPropagation(); };
    if (arrow) {
      done();
      if (event.altKey) { canvas.commands.nudge(arrow[0] * 12, arrow[1] * 12); return; }
      const next = canvas.neighbour(...arrow);
      if (!next) return;
      if (event.shiftKey) { const now = canvas.current(); canvas.select([...new Set([...canvas.graph.getSelectedCells(), ...now ? [now] : [], next])]); }
      else if (!canvas.commands.isConnecting) canvas.select([next]);
      canvas.setActive(next.id, true);
      return;
    }
    if (ctrl) {
      switch (key) {
        case 'a': done(); canvas.select([...canvas.tasks()]); return;
        case 'c': done(); void canvas.commands.copy(); return;
        case 'x': done(); void canvas.commands.cut(); return;
        case 'd': done(); void canvas.commands.copy().then(copied => { if (copied) canvas.commands.paste(null); }); return;
        case 'z': done(); canvas.send(event.shiftKey ? 'redo' : 'undo'); return;
        case 'y': done(); canvas.send('redo'); return;
        case 's': done(); canvas.ask('publish'); return;
        case 'Enter': done(); canvas.ask('run'); return;
      }
      return;
    }
    switch (key) {
      case 'Delete': case 'Backspace': done(); canvas.commands.remove(); return;
      case 'Escape': done(); if (canvas.commands.isConnecting) canvas.commands.endConnecting(false); else canvas.select([]); return;
      case 'Enter': {
        done();
        if (canvas.commands.isConnecting) { canvas.commands.endConnecting(true); return; }
        const now = canvas.current();
        if (now && isClosed(now.id)) { canvas.commands.fold(now); return; }
        if (now) canvas.select([now]);
        canvas.ask(now?.shape === 'note' ? `note ${now.id.slice(5)}` : 'properties');
        return;
      }
      case ' ': {
        // Held with the mouse it moves the view; alone it adds to what is chosen, or takes from it.
        done();
        const now = canvas.current();
        if (!now || event.repeat) return;
        if (canvas.graph.isSelected(now)) canvas.graph.unselect(now); else canvas.graph.select(now);
        return;
      }
      case 'c': done(); canvas.commands.startConnecting(); return;
      case 'e': {
        done();
        const now = canvas.current(), edges = now ? canvas.graph.getConnectedEdges(now) : [];
        if (edges.length === 0) return;
        const at = edges.indexOf(canvas.selectedEdges()[0]);
        canvas.select([edges[(at + 1) % edges.length]]);
        return;
      }
      case 'n': done(); canvas.commands.addNote(); return;
      case 'g': done(); canvas.ask('group'); return;
      case 'l': done(); canvas.send('layout'); return;
      case 'o': done(); canvas.commands.fold(canvas.current()); return;
      case 'f': done(); canvas.view.fit(); return;
      case 'p': done(); canvas.ask('preview'); return;
      case '+': case '=': done(); canvas.view.zoom(1.25); return;
      case '-': done(); canvas.view.zoom(0.8); return;
      case '0': done(); canvas.graph.zoomTo(1); return;
      case '/': case 'a': done(); canvas.ask('toolbox'); return;
      case '?': done(); canvas.ask('keys'); return;
    }
  };
  const paste = (event: ClipboardEvent) => {
    if (!host.contains(document.activeElement)) return;
    event.preventDefault();
    canvas.commands.paste(event.clipboardData?.getData('text/plain') ?? null);
  };
  // A click on the ground gives the canvas the keys.
  const press = (event: MouseEvent) => { if (!(event.target as Element).closest('[data-cell-id]')) host.focus({ preventScroll: true }); else (event.target as Element).closest<SVGElement>('[data-cell-id]')?.focus({ preventScroll: true }); };
  // However the focus came to a task, it is the one that keys are about.
  const focus = (event: FocusEvent) => { const id = (event.target as Element).closest('.x6-node')?.getAttribute('data-cell-id'); if (id && id !== canvas.current()?.id) canvas.setActive(id, false); };
  host.tabIndex = -1;
  host.addEventListener('keydown', down);
  host.addEventListener('mousedown', press);
  host.addEventListener('focusin', focus);
  document.addEventListener('paste', paste);
  return () => {
    host.removeEventListener('keydown', down);
    host.removeEventListener('mousedown', press);
    host.removeEventListener('focusin', focus);
    document.removeEventListener('paste', paste);
  };
}

/** Drags activities out of the toolbox: onto the ground, or onto an edge, into which they are inserted. Enter adds without a mouse. */
export function bindToolbox(canvas: AuthorCanvas, toolbox: HTMLElement): () => void {
  let ghost: HTMLElement | null = null, activity = '', from = { x: 0, y: 0 };
  const inside = (event: MouseEvent) => {
    const area = canvas.host.getBoundingClientRect();
    return event.clientX > area.left && event.clientX < area.right && event.clientY > area.top && event.clientY < area.bottom;
  };
  const end = () => {
    ghost?.remove();
    ghost = null;
    activity = '';
    canvas.view.aim(null);
    document.body.classList.remove('gn-dragging');
    document.removeEventListener('pointermove', move);
    document.removeEventListener('pointerup', up);
    document.removeEventListener('keydown', escape, true);
  };
  const escape = (event: KeyboardEvent) => { if (event.key === 'Escape') { event.stopPropagation(); end(); } };
  const move = (event: PointerEvent) => {
    if (!ghost && Math.hypot(event.clientX - from.x, event.clientY - from.y) < 5) return;
    if (!ghost) {
      const tool = toolbox.querySelector<HTMLElement>(`[data-activity="${CSS.escape(activity)}"]`)!;
      ghost = tool.cloneNode(true) as HTMLElement;
      ghost.className = 'tool-ghost';
      ghost.removeAttribute('data-activity');
      document.body.append(ghost);
      document.body.classList.add('gn-dragging');
    }
    ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    canvas.view.aim(inside(event) ? canvas.view.edgeAt(event.clientX, event.clientY) : null);
  };
  const up = (event: PointerEvent) => {
    if (ghost && inside(event)) {
      const edge = canvas.view.edgeAt(event.clientX, event.clientY);
      const at = canvas.graph.clientToLocal(event.clientX, event.clientY);
      canvas.commands.add(activity, { x: Math.round((at.x - 108) / 12) * 12, y: Math.round((at.y - 28) / 12) * 12 }, canvas.commands.edgeOf(edge ?? undefined));
    }
    end();
  };
  const down = (event: PointerEvent) => {
    const tool = (event.target as Element).closest<HTMLElement>('[data-activity]');
    if (!tool || event.button !== 0) return;
    activity = tool.dataset.activity!;
    from = { x: event.clientX, y: event.clientY };
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerup', up);
    document.addEventListener('keydown', escape, true);
  };
  const key = (event: KeyboardEvent) => {
    const tool = (event.target as Element).closest<HTMLElement>('[data-activity]');
    if (!tool || event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    canvas.add(tool.dataset.activity!);
  };
  const twice = (event: MouseEvent) => {
    const tool = (event.target as Element).closest<HTMLElement>('[data-activity]');
    if (tool) canvas.commands.add(tool.dataset.activity!, null, null);
  };
  toolbox.addEventListener('pointerdown', down);
  toolbox.addEventListener('keydown', key);
  toolbox.addEventListener('dblclick', twice);
  return () => {
    end();
    toolbox.removeEventListener('pointerdown', down);
    toolbox.removeEventListener('keydown', key);
    toolbox.removeEventListener('dblclick', twice);
  };
}
