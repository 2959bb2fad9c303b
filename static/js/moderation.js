// Enhancement of the page on which a petition is read before it opens: notes are kept while one writes, and
// the page says so when somebody else has taken the petition or decided meanwhile. Without it, the button
// keeps the notes, and an answer that comes too late is refused.
(() => {
  'use strict';
  const form = document.querySelector('form[data-keeps]');
  if (form) {
    const text = form.querySelector('textarea');
    const status = form.querySelector('[role=status]');
    let kept = text.value;
    let waiting = 0;
    let isBusy = false;
    const keep = async () => {
      if (isBusy || text.value === kept) return;
      isBusy = true;
      const sent = text.value;
      try {
        const answer = await fetch(form.dataset.keeps, { method: 'POST', body: new FormData(form) });
        const told = await answer.json();
        if (answer.ok) {
          kept = sent;
          form.elements.version.value = told.version;
          form.elements.version.defaultValue = told.version;
        }
        status.textContent = answer.ok ? form.dataset.kept : told.problem;
      } catch {
        status.textContent = form.dataset.failed;
      }
      isBusy = false;
      if (text.value !== sent) later();
    };
    const later = () => {
      status.textContent = form.dataset.writing;
      clearTimeout(waiting);
      waiting = setTimeout(keep, 500);
    };
    text.addEventListener('input', later);
    form.addEventListener('submit', () => { kept = text.value; });
    addEventListener('pagehide', () => {
      if (text.value !== kept) navigator.sendBeacon(form.dataset.keeps, new FormData(form));
    });
  }
  const reader = document.querySelector('[data-reader]');
  if (!reader) return;
  const notice = reader.querySelector('[role=status]');
  const ask = async () => {
    try {
      const answer = await fetch(reader.dataset.reader, { headers: { Accept: 'application/json' } });
      const now = answer.ok && !answer.redirected ? await answer.json() : null;
      if (now && (now.reader !== reader.dataset.readerSeen || now.seen !== reader.dataset.textSeen)) {
        notice.textContent = notice.dataset.changed;
        notice.hidden = false;
        return;
      }
    } catch {
      // the line may be back at the next turn
    }
    setTimeout(ask, 10000);
  };
  setTimeout(ask, 10000);
})();
