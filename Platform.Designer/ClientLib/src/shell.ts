/** What every page needs of the browser: theme, time zone, logs that follow. Small: it is the only script on a plain page. */

/** Keys that a list handles itself (`data-keys`) do not scroll the page too. */
document.addEventListener('keydown', (event) => {
  const target = event.target as HTMLElement;
  const keys = target.dataset?.keys?.split(' ');
  if (keys?.includes(event.key) || keys?.includes(event.code)) event.preventDefault();
});

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
    dispose() { observer.disconnect(); element.removeEventListener('scroll', onScroll); },
  };
}

/** A native dialog: focus goes in and comes back, Escape closes. */
export function openDialog(dialog: HTMLDialogElement) {
  if (!dialog.open) dialog.showModal();
}

export function closeDialog(dialog: HTMLDialogElement) {
  dialog.close();
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
