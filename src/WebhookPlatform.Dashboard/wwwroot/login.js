// The start script prints an address with the key in its fragment, which browsers never send to a server.
(() => {
  const form = document.getElementById('login');
  const field = form.elements.namedItem('key');
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key) {
    history.replaceState(null, '', location.pathname + location.search);
    field.value = key;
    form.requestSubmit();
    return;
  }
  document.getElementById('show-key').addEventListener('click', event => {
    const hidden = field.type === 'password';
    field.type = hidden ? 'text' : 'password';
    event.currentTarget.textContent = hidden ? 'Hide' : 'Show';
    event.currentTarget.setAttribute('aria-pressed', String(hidden));
    field.focus();
  });
  field.focus();
})();
