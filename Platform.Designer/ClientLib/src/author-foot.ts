/** The panel below the canvas: its upper edge is drawn up and down, by hand or with the arrow keys, and stays where it was left. */
export function bindFoot(author: HTMLElement): () => void {
  const stored = 'platform-foot', least = 160;
  const most = () => author.clientHeight * 0.8;
  const grip = () => author.querySelector<HTMLElement>('.foot-grip');
  const set = (height: number) => {
    const now = Math.round(Math.max(least, Math.min(most(), height)));
    author.style.setProperty('--foot', `${now}px`);
    grip()?.setAttribute('aria-valuenow', String(Math.round(100 * now / Math.max(1, author.clientHeight))));
    try { localStorage.setItem(stored, String(now)); } catch { /* Not allowed here: it is as it was at the next visit. */ }
  };
  const height = () => grip()?.parentElement?.getBoundingClientRect().height ?? least;
  let from: { y: number; height: number } | null = null;
  const move = (event: PointerEvent) => { if (from) set(from.height + from.y - event.clientY); };
  const up = () => {
    from = null;
    document.removeEventListener('pointermove', move);
    document.removeEventListener('pointerup', up);
    document.body.classList.remove('foot-dragging');
  };
  const isGrip = (event: Event) => (event.target as Element).classList?.contains('foot-grip');
  const down = (event: PointerEvent) => {
    if (!isGrip(event) || event.button !== 0) return;
    event.preventDefault();
    grip()?.focus();
    from = { y: event.clientY, height: height() };
    document.body.classList.add('foot-dragging');
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerup', up);
  };
  const key = (event: KeyboardEvent) => {
    if (!isGrip(event) || event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    set(height() + (event.key === 'ArrowUp' ? 28 : -28));
  };
  let kept = 0;
  try { kept = Number(localStorage.getItem(stored)); } catch { /* As above. */ }
  if (kept >= least) set(kept);
  author.addEventListener('pointerdown', down);
  author.addEventListener('keydown', key);
  return () => { up(); author.removeEventListener('pointerdown', down); author.removeEventListener('keydown', key); };
}
