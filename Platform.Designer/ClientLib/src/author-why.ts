import type { Edge, EdgeView, Graph } from '@antv/x6';

/** Says at the pointer, while a connection is dragged over a task, why it may not end there. */
export function tellWhyNot(graph: Graph, why: (source: string, target: string, edge: string) => string | null): () => void {
  const tip = document.createElement('div');
  tip.className = 'author-why';
  tip.setAttribute('role', 'status');
  tip.hidden = true;
  document.body.append(tip);
  const hide = () => { tip.hidden = true; };
  graph.on('edge:mousemove', ({ e, edge, view }: { e: { clientX?: number; clientY?: number }; edge: Edge; view: EdgeView }) => {
    const drag = view.getEventData<{ action?: string; terminalType?: string }>(e as never);
    if (drag.action !== 'drag-arrowhead') return;
    const over = document.elementsFromPoint(e.clientX ?? 0, e.clientY ?? 0).map(at => at.closest('.x6-node')?.getAttribute('data-cell-id')).find(Boolean);
    const reason = !over ? null : drag.terminalType === 'source' ? why(over, edge.getTargetCellId(), edge.id) : why(edge.getSourceCellId(), over, edge.id);
    if (!reason) { hide(); return; }
    tip.textContent = reason;
    tip.style.transform = `translate(${(e.clientX ?? 0) + 14}px, ${(e.clientY ?? 0) + 14}px)`;
    tip.hidden = false;
  });
  document.addEventListener('mouseup', hide);
  return () => { document.removeEventListener('mouseup', hide); tip.remove(); };
}
