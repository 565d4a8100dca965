import type { DotNet } from './graph';

export interface Suggestion { label: string; kind: number; detail: string | null; help: string | null; insert: string | null; again: boolean }
export interface SuggestionList { length: number; items: Suggestion[] }

const most = 12;
type Input = HTMLInputElement | HTMLTextAreaElement;

/** Suggestions while somebody types in the inputs of a panel that ask for them: names of templates behind {{, tables and columns in SQL. Ctrl+Space asks for them too. */
export function suggest(root: HTMLElement, name: string, net: DotNet) {
  const list = document.createElement('div');
  list.className = 'suggest';
  list.id = 'author-suggest';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', name);
  list.hidden = true;
  document.body.append(list);
  let input: Input | null = null, items: Suggestion[] = [], length = 0, at = 0, asked = 0, timer = 0;

  const close = () => {
    clearTimeout(timer);
    asked++;
    list.hidden = true;
    for (const key of ['aria-expanded', 'aria-controls', 'aria-activedescendant', 'aria-autocomplete']) input?.removeAttribute(key);
    if (input?.getAttribute('role') === 'combobox') input.removeAttribute('role');
    input = null;
  };
  const mark = () => {
    [...list.children].forEach((row, i) => row.setAttribute('aria-selected', String(i === at)));
    list.children[at]?.scrollIntoView({ block: 'nearest' });
    input?.setAttribute('aria-activedescendant', `author-suggest-${at}`);
  };
  const show = (to: Input, found: SuggestionList) => {
    if (found.items.length === 0) { close(); return; }
    [input, items, length, at] = [to, found.items.slice(0, most), found.length, 0];
    list.replaceChildren(...items.map((item, i) => {
      const row = document.createElement('div');
      row.className = 'suggest-row';
      row.id = `author-suggest-${i}`;
      row.setAttribute('role', 'option');
      const label = document.createElement('span');
      label.className = 'mono';
      label.textContent = item.label;
      const detail = document.createElement('span');
      detail.className = 'quiet tiny';
      detail.textContent = item.detail ?? item.help ?? '';
      row.append(label, ' ', detail);
      if (item.help) row.title = item.help;
      row.addEventListener('mousedown', event => { event.preventDefault(); at = i; take(); });
      return row;
    }));
    const box = to.getBoundingClientRect();
    list.hidden = false;
    const width = Math.max(box.width, 260), below = box.bottom + list.offsetHeight + 8 < innerHeight;
    list.style.width = `${width}px`;
    list.style.left = `${Math.max(4, Math.min(box.left, innerWidth - width - 8))}px`;
    list.style.top = `${below ? box.bottom + 2 : Math.max(4, box.top - list.offsetHeight - 2)}px`;
    to.setAttribute('role', 'combobox');
    to.setAttribute('aria-autocomplete', 'list');
    to.setAttribute('aria-expanded', 'true');
    to.setAttribute('aria-controls', list.id);
    mark();
  };
  const take = () => {
    if (!input) return;
    const to = input, item = items[at], caret = to.selectionStart ?? 0, rest = to.value.slice(caret);
    const isOpen = to.dataset.suggest === 'template' && !item.again && !/^[^{]*\}\}/.test(rest);
    to.setRangeText((item.insert ?? item.label) + (isOpen ? ' }}' : ''), caret - length, caret, 'end');
    close();
    to.dispatchEvent(new Event('input', { bubbles: true }));
    if (item.again) ask(to, true);
  };
  const ask = (to: Input, always: boolean) => {
    const mine = ++asked, caret = to.selectionStart ?? 0, kind = to.dataset.suggest!, before = to.value.slice(0, caret);
    // Nothing to ask for outside of a template, nor behind a blank that nobody asked about.
    if (kind === 'template' && before.lastIndexOf('{{') <= before.lastIndexOf('}}') || !always && kind !== 'template' && !/([\w.$]|\b(from|join)\s+)$/i.test(before)) { if (input) close(); return; }
    clearTimeout(timer);
    timer = window.setTimeout(() => void net.invokeMethodAsync('OnSuggest', kind, to.value, caret).then(found => {
      if (mine === asked && document.activeElement === to && to.selectionStart === caret) show(to, found as SuggestionList);
    }).catch(() => undefined), always ? 0 : 60);
  };
  const wants = (event: Event) => { const to = event.target as Input; return to.dataset?.suggest && typeof to.selectionStart === 'number' ? to : null; };
  const typed = (event: Event) => { const to = wants(event); if (to && event.isTrusted) ask(to, false); };
  const key = (event: KeyboardEvent) => {
    const to = wants(event);
    if (!to) return;
    if (event.key === ' ' && event.ctrlKey) { event.preventDefault(); ask(to, true); return; }
    if (list.hidden || to !== input) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { at = (at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length; mark(); }
    else if (event.key === 'Enter' || event.key === 'Tab') take();
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const leave = () => close();
  const scroll = (event: Event) => { if (!list.hidden && !list.contains(event.target as Node)) close(); };
  root.addEventListener('input', typed);
  root.addEventListener('keydown', key, true);
  root.addEventListener('focusout', leave);
  document.addEventListener('scroll', scroll, true);
  return {
    dispose() {
      close();
      list.remove();
      root.removeEventListener('input', typed);
      root.removeEventListener('keydown', key, true);
      root.removeEventListener('focusout', leave);
      document.removeEventListener('scroll', scroll, true);
    },
  };
}
