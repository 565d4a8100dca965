import { fit, widthOf } from './ink';

export interface LineageColumn { name: string; kind: string; marked: boolean }
export interface LineageNode {
  id: string; title: string; subtitle: string; icon: string; kind: string; root: boolean;
  x: number; y: number; width: number; height: number;
  /** Neighbours that are not drawn, upstream and downstream. */
  hiddenUp: number; hiddenDown: number;
  columns: LineageColumn[];
  /** `added` or `gone` since the past time that is shown; null for neither. */
  mark: 'added' | 'gone' | null;
  /** What the mark says, for the tooltip. */
  words: string | null;
  onPath: boolean;
}
export interface LineageEdge {
  id: string; source: string; target: string; fromColumn: string | null; toColumn: string | null; indirect: boolean;
  via: { x: number; y: number }[]; mark: 'added' | 'gone' | null; onPath: boolean;
}

const header = 48;
const row = 22;
const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, c => escapes[c]);
}

function text(css: string, x: number, y: number, size: number, value: string, anchor = 'start'): string {
  return `<text class="${css}" x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" dominant-baseline="central">${escape(value)}</text>`;
}

/** What is inside a node's group, at the group's origin. */
export function nodeMarkup(n: LineageNode, sprite: string, chosen: boolean, column: string | null): string {
  const state = `${n.root ? ' ln-root' : ''}${n.mark ? ` ln-${n.mark}` : ''}${chosen ? ' ln-chosen' : ''}`;
  let out = `<title>${escape(n.words ? `${n.id}\n${n.words}` : n.id)}</title><rect class="ln-body${state}" width="${n.width}" height="${n.height}" rx="8"/>`
    + `<rect class="gn-tile kind-${n.kind}" x="9" y="9" width="30" height="30" rx="7"/><use class="gn-icon" href="${sprite}#${n.icon}" x="15" y="15" width="18" height="18"/>`
    + text('gn-label', 47, 18, 12.5, fit(n.title, n.width - (n.mark ? 78 : 58), 12.5, 600)) + text('gn-sub', 47, 34, 10.5, fit(n.subtitle, n.width - 58, 10.5));
  if (n.mark) out += `<circle class="ln-sign ln-${n.mark}" cx="${n.width - 16}" cy="16" r="8"/>` + text(`ln-sign-text ln-${n.mark}`, n.width - 16, 16, 12, n.mark === 'added' ? '+' : '−', 'middle');
  n.columns.forEach((c, i) => {
    const y = header + i * row;
    out += `<line class="ln-rule" x1="0" x2="${n.width}" y1="${y}" y2="${y}"/>`
      + `<rect class="ln-hit${column === c.name ? ' ln-here' : ''}" data-column="${escape(c.name)}" x="1" y="${y + 1}" width="${n.width - 2}" height="${row - 2}" rx="4"/>`
      + text(`ln-col${c.marked ? ' ln-marked' : ''}`, 12, y + row / 2, 11, fit(c.name, n.width - 32 - widthOf(c.kind, 9.5), 11, c.marked ? 600 : 400))
      + text('gn-sub', n.width - 12, y + row / 2, 9.5, c.kind, 'end');
  });
  return out + more(n.hiddenUp, 'up', 0) + more(n.hiddenDown, 'down', n.width);
}

/** A button on the node's edge that counts the neighbours it would bring. */
function more(hidden: number, side: 'up' | 'down', x: number): string {
  if (hidden <= 0) return '';
  const label = `+${hidden > 99 ? '99' : hidden}`;
  const width = 14 + label.length * 6;
  return `<g class="ln-more" data-side="${side}"><rect class="ln-more-box" x="${x - width / 2}" y="${header / 2 - 9}" width="${width}" height="18" rx="9"/>${text('ln-more-text', x, header / 2, 10.5, label, 'middle')}</g>`;
}

/** Where an edge runs: a curve that leaves to the right and enters from the left, past the points that the layout gave it. */
export function edgeLine(e: LineageEdge, source: LineageNode, target: LineageNode): { d: string; points: { x: number; y: number }[] } {
  const from = { x: source.x + source.width, y: source.y + at(source, e.fromColumn) };
  const to = { x: target.x, y: target.y + at(target, e.toColumn) };
  const end = { x: to.x - 6, y: to.y };
  let d = `M ${from.x} ${from.y}`;
  let a = from;
  for (const b of [...e.via, end]) {
    const reach = b.x > a.x ? (b.x - a.x) / 2 : Math.max(60, Math.min(160, (a.x - b.x) / 2));
    d += ` C ${a.x + reach} ${a.y} ${b.x - reach} ${b.y} ${b.x} ${b.y}`;
    a = b;
  }
  return { d, points: [from, ...e.via, to] };
}

export function edgeMarkup(d: string, to: { x: number; y: number }, css: string): string {
  return `<path class="gn-edge${css}" d="${d}"/><path class="gn-arrow${css}" d="M ${to.x} ${to.y} l -7 -4 v 8 z"/>`;
}

function at(n: LineageNode, column: string | null): number {
  const i = column === null ? -1 : n.columns.findIndex(c => c.name === column);
  return i < 0 ? header / 2 : header + i * row + row / 2;
}
