/** A grid of links: arrow keys walk it, only one cell is in the tab order, and one tooltip serves all cells. C# draws the cells. */
export function attach(box: HTMLElement) {
  const table = box.querySelector('table')!;
  const tip = document.createElement('div');
  tip.className = 'rg-tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true');
  document.body.append(tip);

  const reach = (cell: HTMLTableCellElement | undefined) => cell?.querySelector<HTMLElement>('a, button') ?? null;
  const cellOf = (target: EventTarget | null) => (target as HTMLElement | null)?.closest?.('a, button')?.closest<HTMLTableCellElement>('th, td') ?? null;

  /** The one that Tab reaches: where the reader was last, else the newest run of the first task. */
  const stop = (element: HTMLElement | null) => {
    table.querySelectorAll('[tabindex="0"]').forEach(e => { if (e !== element) e.setAttribute('tabindex', '-1'); });
    element?.setAttribute('tabindex', '0');
  };
  const settle = () => {
    if (table.querySelector('[tabindex="0"]')) return;
    for (const row of table.tBodies[0]?.rows ?? []) {
      const last = reach(row.cells[row.cells.length - 1]);
      if (last) return stop(last);
    }
  };

  const walk = (from: HTMLTableCellElement, dx: number, dy: number): HTMLElement | null => {
    let row = (from.parentElement as HTMLTableRowElement).rowIndex;
    let column = from.cellIndex;
    for (;;) {
      row += dy;
      column += dx;
      const cells = table.rows[row]?.cells;
      if (!cells || column < 0 || column >= cells.length) return null;
      const found = reach(cells[column]);
      if (found) return found;
    }
  };
  const onKey = (event: KeyboardEvent) => {
    const at = cellOf(event.target);
    if (!at || event.altKey || event.metaKey) return;
    const row = at.parentElement as HTMLTableRowElement;
    const to = {
      ArrowRight: () => walk(at, 1, 0), ArrowLeft: () => walk(at, -1, 0), ArrowDown: () => walk(at, 0, 1), ArrowUp: () => walk(at, 0, -1),
      Home: () => reach([...row.cells].find(c => reach(c))), End: () => reach([...row.cells].reverse().find(c => reach(c))),
    }[event.key];
    if (event.key === 'Escape') hide();
    if (!to) return;
    event.preventDefault();
    to()?.focus();
  };

  const show = (cell: HTMLTableCellElement) => {
    const link = reach(cell);
    const row = cell.parentElement as HTMLTableRowElement;
    const head = table.tHead!.rows[0].cells[cell.cellIndex];
    if (!(link instanceof HTMLAnchorElement)) return hide();
    const state = [...link.classList, ...link.firstElementChild?.classList ?? []].find(c => c.startsWith('st-'));
    tip.replaceChildren();
    const add = (tag: string, text: string, className = '') => Object.assign(tip.appendChild(document.createElement(tag)), { textContent: text, className });
    const name = row.cells[0].querySelector<HTMLElement>('.name, .fold');
    if (name) add('b', name.textContent!.trim());
    add('i', '', state);
    tip.append(link.getAttribute('aria-label') ?? '');
    if (name) add('span', reach(head)?.getAttribute('aria-label') ?? '');
    tip.hidden = false;
    const place = link.getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(innerWidth - size.width - 8, place.left + place.width / 2 - size.width / 2))}px`;
    tip.style.top = `${place.bottom + size.height + 10 > innerHeight ? place.top - size.height - 6 : place.bottom + 6}px`;
  };
  const hide = () => { tip.hidden = true; };
  const onOver = (event: Event) => { const cell = cellOf(event.target); if (cell) show(cell); else hide(); };
  const onFocus = (event: Event) => {
    const cell = cellOf(event.target);
    if (!cell) return;
    stop(reach(cell));
    if ((event.target as HTMLElement).matches(':focus-visible')) show(cell);
  };

  // The newest runs are at the right end, and stay in sight while the reader is there.
  let atEnd = true;
  const onScroll = () => { atEnd = box.scrollLeft + box.clientWidth > box.scrollWidth - 24; hide(); };
  const stick = () => { if (atEnd) box.scrollLeft = box.scrollWidth; settle(); };
  const changes = new MutationObserver(stick);
  changes.observe(table, { childList: true, subtree: true });
  const resize = new ResizeObserver(stick);
  resize.observe(box);
  box.addEventListener('scroll', onScroll, { passive: true });
  table.addEventListener('keydown', onKey);
  table.addEventListener('mouseover', onOver);
  table.addEventListener('mouseleave', hide);
  table.addEventListener('focusin', onFocus);
  table.addEventListener('focusout', hide);
  stick();
  return {
    dispose() {
      changes.disconnect();
      resize.disconnect();
      tip.remove();
    },
  };
}
