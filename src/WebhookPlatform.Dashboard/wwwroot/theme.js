// Runs before the first paint, so that the page never flashes in the wrong colours.
(() => {
  const key = 'console.theme';
  const system = matchMedia('(prefers-color-scheme: dark)');
  const systemTheme = () => (system.matches ? 'dark' : 'light');
  const stored = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = theme => { try { theme ? localStorage.setItem(key, theme) : localStorage.removeItem(key); } catch { /* private mode: the choice lasts for this page */ } };
  const show = theme => { document.documentElement.dataset.theme = theme; };

  system.addEventListener('change', () => { if (!stored()) show(systemTheme()); });
  document.addEventListener('click', event => {
    if (!event.target.closest?.('[data-theme-toggle]')) return;
    const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    // Choosing what the system has means following the system again.
    store(next === systemTheme() ? null : next);
    show(next);
  });
  show(stored() ?? systemTheme());
})();
