/** What every page needs of the browser: theme, time zone, logs that follow. Small: it is the only script on a plain page. */

/** Keys that a list handles itself (`data-keys`) do not scroll the page too. */
document.addEventListener('keydown', (event) => {
  const target = event.target as HTMLElement;
  const keys = target.dataset?.keys?.split(' ');
  if (keys?.includes(event.key) || keys?.includes(event.code)) event.preventDefault();
});

// The server was started anew and knows this page no more: it is opened again. What was not kept yet is asked about first, by the pages that know.
const notice = document.getElementById('components-reconnect-modal');
if (notice) new MutationObserver(() => { if (notice.classList.contains('components-reconnect-rejected')) location.reload(); }).observe(notice, { attributes: true, attributeFilter: ['class'] });

export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

export function theme(): string {
  return document.documentElement.getAttribute('data-bs-theme') ?? 'light';
}

/** Keeps a framed document, into which no script may reach, in the page's theme: it is laid anew when the theme changes. */
export function themeFrame(frame: HTMLIFrameElement) {
  const observer = new MutationObserver(() => { frame.srcdoc = frame.srcdoc.replace(/data-theme="\w*"/, `data-theme="${theme()}"`); });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
  return { dispose() { observer.disconnect(); } };
}

/** Keeps a scrolling element at its end while it grows, until the reader scrolls up; back at the end it follows again. */
export function follow(element: HTMLElement) {
  let following = true;
  const atEnd = () => element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  const onScroll = () => { following = atEnd(); };
  const stick = () => { if (following) element.scrollTop = element.scrollHeight; };
  const observer = new MutationObserver(stick);
  element.addEventListener('scroll', onScroll, { passive: true });
  observer.observe(element, { childList: true, subtree: true, characterData: true });
  stick();
  return {
    set(on: boolean) { following = on; stick(); },
    reveal(selector: string) { following = false; element.querySelector(selector)?.scrollIntoView({ block: 'center' }); },
    dispose() { observer.disconnect(); element.removeEventListener('scroll', onScroll); },
  };
}

/** A native dialog: focus goes in and comes back, Escape closes. */
export function openDialog(dialog: HTMLDialogElement) {
  if (!dialog.open) dialog.showModal();
}

export function focusFirst(selector: string) {
  const element = document.querySelector<HTMLElement>(selector);
  element?.focus();
  // What was searched for last is typed over.
  if (element instanceof HTMLInputElement && element.type === 'search') element.select();
}

export function revealFirst(selector: string) {
  document.querySelector(selector)?.scrollIntoView({ block: 'nearest' });
}

/** As the style sheets have it: panels lie over what is worked on. */
export function isNarrow(): boolean {
  return matchMedia('(max-width: 960px)').matches;
}

export function closeDialog(dialog: HTMLDialogElement) {
  dialog.close();
}

/** Gives a file that C# wrote to the reader. */
export async function download(name: string, stream: { arrayBuffer(): Promise<ArrayBuffer> }) {
  const address = URL.createObjectURL(new Blob([await stream.arrayBuffer()]));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
