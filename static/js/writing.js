// Enhancement of the pages where a petition is written, which work without it: how many characters are
// left, what Markdown will look like, and saving a draft while somebody types.
(() => {
  'use strict';
  const PAUSE = 4000; // ms of rest before a draft is saved by itself
  const LOOK = 600; // ms of rest before Markdown is shown again
  const MARKDOWN = ['letter', 'demands', 'background'];

  // Characters as people and Python count them: a sign outside the basic plane is one.
  const length = (text) => [...text.replace(/\r\n/g, '\n').trim()].length;

  const count = (form, field) => {
    const most = Number(field.dataset.most);
    const left = Object.assign(document.createElement('span'), { className: 'hint count' });
    left.id = `${field.id}-left`;
    field.after(left);
    field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') || ''} ${left.id}`.trim());
    const tell = () => {
      const rest = most - length(field.value);
      left.classList.toggle('over', rest < 0);
      left.textContent = (rest < 0 ? form.dataset.over : form.dataset.left)
        .replace('{count}', Math.abs(rest).toLocaleString(document.documentElement.lang));
    };
    field.addEventListener('input', tell);
    tell();
  };

  const later = (wait, act) => {
    let timer;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(act, wait);
    };
  };

  const send = (url, values) => fetch(url, {
    method: 'POST', body: values, headers: { Accept: 'application/json' },
  });

  const show = (form, field) => {
    const box = document.createElement('details');
    const head = Object.assign(document.createElement('summary'), { textContent: form.dataset.shown });
    const shown = document.createElement('div');
    shown.className = 'letter';
    shown.lang = field.lang;
    shown.dir = field.dir;
    box.append(head, shown);
    (field.nextElementSibling || field).after(box);
    const look = async () => {
      if (!box.open) return;
      const values = new FormData();
      values.set('form_key', form.elements.form_key.value);
      values.set('source', field.value);
      try {
        const answer = await send(form.dataset.render, values);
        // Cleaned by the server, with the very function that makes the public page.
        if (answer.ok && !answer.redirected) shown.innerHTML = (await answer.json()).html;
      } catch {
        // shown again at the next rest
      }
    };
    box.addEventListener('toggle', look);
    field.addEventListener('input', later(LOOK, look));
  };

  const keep = (form) => {
    const status = form.querySelector('[data-status]');
    let stopped = false;
    let busy = false;
    let sent = '';
    const written = () => new URLSearchParams(new FormData(form)).toString();
    const retry = () => setTimeout(save, PAUSE * 2);
    const save = async () => {
      if (stopped || busy || written() === sent) return;
      busy = true;
      const now = written();
      try {
        const answer = await send(form.dataset.autosave, new URLSearchParams(new FormData(form)));
        const told = answer.redirected ? {} : await answer.json();
        if (answer.ok && told.version) {
          form.elements.version.value = told.version;
          sent = written();
          if (now.replace(/(^|&)version=\d*/, '') !== sent.replace(/(^|&)version=\d*/, '')) sent = '';
          const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
          status.textContent = form.dataset.kept.replace('{time}', time);
        } else {
          // Somebody else saved, the translation is gone, the role is gone: the button shows the way.
          if (answer.status === 409 || answer.redirected || answer.status === 403) stopped = true;
          status.textContent = form.dataset.lost.replace('{reason}', told.detail || told.title || answer.status);
        }
      } catch {
        status.textContent = form.dataset.offline;
        retry();
      }
      busy = false;
    };
    sent = written();
    form.addEventListener('input', later(PAUSE, save));
    form.addEventListener('submit', () => { stopped = true; });
  };

  for (const form of document.querySelectorAll('main form')) {
    if (form.dataset.left) {
      for (const field of form.querySelectorAll('[data-most]')) count(form, field);
    }
    if (form.dataset.render) {
      for (const name of MARKDOWN) if (form.elements[name]) show(form, form.elements[name]);
    }
    if (form.dataset.autosave) keep(form);
  }
})();
