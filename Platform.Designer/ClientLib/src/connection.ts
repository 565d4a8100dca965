type Told = (up: boolean) => void;

const told = new Set<Told>();
let watching: MutationObserver | null = null;
let up = true;

/** Whether the page's connection to the server stands, as the notice that Blazor shows says. */
export const isConnected = () => up;

/** Tells of the connection's loss and return. A call that is under way when it is lost never ends by itself. */
export function onConnection(tell: Told): () => void {
  const notice = document.getElementById('components-reconnect-modal');
  if (notice && !watching) {
    watching = new MutationObserver(() => {
      const now = !['show', 'failed', 'rejected'].some(state => notice.classList.contains(`components-reconnect-${state}`));
      if (now === up) return;
      up = now;
      for (const each of [...told]) each(up);
    });
    watching.observe(notice, { attributes: true, attributeFilter: ['class'] });
  }
  told.add(tell);
  return () => told.delete(tell);
}

/** What a call to the server comes to; fails where the connection is lost meanwhile, or nothing comes for long. */
export function reach<T>(call: () => Promise<unknown>, patience = 20_000): Promise<T> {
  if (!up) return Promise.reject(new Error('The connection is lost.'));
  return new Promise<T>((resolve, reject) => {
    const end = () => { clearTimeout(timer); stop(); };
    const fail = () => { end(); reject(new Error('The connection is lost.')); };
    const stop = onConnection(now => { if (!now) fail(); });
    const timer = window.setTimeout(fail, patience);
    call().then(value => { end(); resolve(value as T); }, (why: unknown) => { end(); reject(why instanceof Error ? why : new Error(String(why))); });
  });
}
