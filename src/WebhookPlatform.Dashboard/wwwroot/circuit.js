// Starts the page's connection and brings it back by itself, for as long as it takes.
(() => {
  const root = document.documentElement;
  const banner = document.getElementById('connection');
  const message = document.getElementById('connection-message');
  const clock = at => at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  const patience = 6_000;
  let down = null;

  const wait = (ms, signal) => new Promise(done => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
  });

  const show = () => {
    const away = Date.now() - down.since > patience;
    root.dataset.circuit = away ? 'away' : 'reconnecting';
    message.textContent = away
      ? `Not live since ${clock(down.since)}. What you see is from then; it goes on by itself when the dashboard is back.`
      : 'Reconnecting…';
    banner.hidden = false;
  };

  const answers = async () => {
    try { return (await fetch('health/live', { cache: 'no-store' })).ok; } catch { return false; }
  };

  // A page that cannot come up must not reload in a tight circle.
  const reload = async () => {
    const last = Number(sessionStorage.getItem('console.reloaded') ?? 0);
    await wait(Math.max(0, 5_000 - (Date.now() - last)), new AbortController().signal);
    sessionStorage.setItem('console.reloaded', String(Date.now()));
    location.reload();
  };

  const retry = async state => {
    let refused = 0;
    for (let attempt = 0; down === state; attempt++) {
      show();
      try {
        if (await Blazor.reconnect()) return;
        return await reload();
      } catch {
        // The server answers but not to this page, twice: the session is over or its address changed.
        if (await answers() && ++refused > 2) return await reload();
      }
      state.wake = new AbortController();
      await wait(Math.min(500 * 2 ** attempt, 5_000), state.wake.signal);
    }
  };

  const wake = () => down?.wake?.abort();
  document.getElementById('connection-retry').addEventListener('click', wake);
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) wake(); });

  Blazor.start({
    circuit: {
      reconnectionHandler: {
        onConnectionDown: () => {
          if (down) return;
          down = { since: new Date(), wake: null };
          retry(down);
        },
        onConnectionUp: () => {
          down = null;
          delete root.dataset.circuit;
          banner.hidden = true;
        },
      },
    },
  }).catch(reload);
})();
