// What a browser does better than a round trip: local times, copying, the chart's tooltip and dialogs.
(() => {
  const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  const milliseconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hour12: false });
  const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });
  const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
  const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hour12: false });

  const ago = at => {
    const seconds = Math.floor((Date.now() - at) / 1000);
    if (seconds < 2) return 'now';
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
    return day.format(at);
  };
  const formats = {
    relative: ago,
    time: at => time.format(at),
    milliseconds: at => milliseconds.format(at),
    minute: at => minute.format(at),
    moment: at => (Date.now() - at < 86_400_000 ? time.format(at) : `${day.format(at)}, ${minute.format(at)}`),
  };

  const relatives = new Set();
  customElements.define('local-time', class extends HTMLElement {
    static observedAttributes = ['datetime'];
    connectedCallback() {
      if (this.getAttribute('format') === 'relative') relatives.add(this);
      this.show(true);
    }
    disconnectedCallback() { relatives.delete(this); }
    attributeChangedCallback() { if (this.isConnected) this.show(true); }
    show(changed) {
      const at = new Date(this.getAttribute('datetime'));
      if (Number.isNaN(at.getTime())) return;
      const text = (formats[this.getAttribute('format')] ?? formats.moment)(at);
      if (this.textContent !== text) this.textContent = text;
      if (changed) this.title = full.format(at);
    }
  });
  setInterval(() => { if (!document.hidden) for (const element of relatives) element.show(false); }, 1000);

  const copyText = async text => {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
    // Plain http on another host than localhost has no clipboard API.
    const area = Object.assign(document.createElement('textarea'), { value: text });
    area.className = 'visually-hidden';
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  };

  document.addEventListener('click', async event => {
    const button = event.target.closest?.('[data-copy]');
    if (button) {
      await copyText(button.dataset.copy);
      button.classList.add('copied');
      setTimeout(() => button.classList.remove('copied'), 1500);
      return;
    }
    // A click on the backdrop hits the dialog itself.
    if (event.target instanceof HTMLDialogElement) event.target.close();
  });

  const row = (label, value, kind) => {
    const line = document.createElement('div');
    const swatch = document.createElement('i');
    swatch.className = `swatch ${kind}`;
    const count = document.createElement('b');
    count.textContent = Number(value).toLocaleString('en');
    line.append(swatch, label, count);
    return line;
  };

  const showTip = (chart, column) => {
    const tip = chart.querySelector('[data-tip]');
    for (const old of chart.querySelectorAll('.column.current')) old.classList.remove('current');
    if (!column) { tip.hidden = true; return; }
    column.classList.add('current');
    const head = document.createElement('header');
    head.textContent = minute.format(new Date(column.dataset.minute));
    tip.replaceChildren(head, ...column.dataset.values.split('|').map(entry => {
      const [kind, label, value] = entry.split(':');
      return row(label, value, kind);
    }));
    tip.hidden = false;
    const box = chart.getBoundingClientRect();
    const at = column.getBoundingClientRect();
    const middle = at.left + at.width / 2 - box.left;
    tip.style.left = `${Math.max(0, Math.min(middle - tip.offsetWidth / 2, box.width - tip.offsetWidth))}px`;
  };

  document.addEventListener('pointerover', event => {
    const chart = event.target.closest?.('[data-chart]');
    if (chart) showTip(chart, event.target.closest('[data-minute]'));
  });
  document.addEventListener('pointerout', event => {
    const chart = event.target.closest?.('[data-chart]');
    if (chart && !chart.contains(event.relatedTarget)) showTip(chart, null);
  });
  document.addEventListener('focusout', event => {
    const chart = event.target.closest?.('[data-chart]');
    if (chart) showTip(chart, null);
  });
  document.addEventListener('keydown', event => {
    const chart = event.target.closest?.('[data-chart]');
    if (!chart || !['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    const columns = [...chart.querySelectorAll('[data-minute]')];
    const current = columns.findIndex(column => column.classList.contains('current'));
    const step = event.key === 'ArrowLeft' ? -1 : 1;
    showTip(chart, columns[current < 0 ? columns.length - 1 : Math.max(0, Math.min(columns.length - 1, current + step))]);
    event.preventDefault();
  });

  window.webhookConsole = {
    openDialog: dialog => { if (!dialog.open) dialog.showModal(); },
    closeDialog: dialog => dialog.close(),
    alertsSeenAt: () => { try { return localStorage.getItem('console.alerts-seen'); } catch { return null; } },
    alertsSeen: at => { try { localStorage.setItem('console.alerts-seen', at); } catch { /* private mode: unread again next time */ } },
  };
})();
