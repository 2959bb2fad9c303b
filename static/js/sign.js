// Enhancement of the signing form, which works without it: a proof of work while the person types,
// and no second sending by an impatient second press. Whatever fails here, the form is still sent.
(() => {
  'use strict';
  const PATIENCE = 8000; // ms to wait for the proof once the person has pressed the button
  const SLICE = 10; // ms of work before the page gets its turn

  const solve = async (url) => {
    const response = await fetch(url, { credentials: 'omit' });
    const { algorithm, challenge, maxnumber, salt, signature } = await response.json();
    const wanted = challenge.match(/../g).map((byte) => parseInt(byte, 16));
    const encoder = new TextEncoder();
    let turn = performance.now();
    for (let first = 0; first <= maxnumber; first += 64) {
      const digests = await Promise.all(Array.from({ length: 64 }, (_, offset) =>
        crypto.subtle.digest(algorithm, encoder.encode(salt + (first + offset)))));
      const found = digests.findIndex((digest) => {
        const bytes = new Uint8Array(digest);
        return wanted.every((byte, index) => byte === bytes[index]);
      });
      if (found >= 0) {
        const number = first + found;
        return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
      }
      if (performance.now() - turn > SLICE) {
        await new Promise((resolve) => setTimeout(resolve));
        turn = performance.now();
      }
    }
    throw new Error('no solution');
  };

  const enhance = (form) => {
    const field = form.querySelector('input[name=altcha]') ||
      form.appendChild(Object.assign(document.createElement('input'), { type: 'hidden', name: 'altcha' }));
    let work; // the running or finished proof
    let done = false; // it ended, well or not
    let sent = false;
    let button;
    let label;

    const start = () => {
      work = work || solve(form.dataset.proofOfWork)
        .then((proof) => { field.value = proof; }, () => {})
        .then(() => { done = true; });
      return work;
    };
    const rest = () => {
      sent = false;
      if (button) {
        button.textContent = label;
        button.removeAttribute('aria-disabled');
      }
      button = undefined;
    };

    // The page is the same for everybody, so the code in its address reaches the form only here.
    const via = new URLSearchParams(location.search).get('via');
    if (via && !form.elements.via) {
      form.appendChild(Object.assign(document.createElement('input'), { type: 'hidden', name: 'via', value: via }));
    }

    form.addEventListener('focusin', start, { once: true });
    form.addEventListener('submit', (event) => {
      if (sent) {
        event.preventDefault();
        return;
      }
      sent = true;
      setTimeout(rest, 2 * PATIENCE); // the network may have failed: let the person try again
      button = event.submitter || form.querySelector('[type=submit]');
      if (button) {
        label = button.textContent;
        button.textContent = button.dataset.busy || label;
        button.setAttribute('aria-disabled', 'true'); // disabled would drop its name and the focus
      }
      start();
      if (done) return;
      event.preventDefault();
      Promise.race([work, new Promise((resolve) => setTimeout(resolve, PATIENCE))]).then(() => {
        if (button && button.name) {
          form.appendChild(Object.assign(document.createElement('input'),
            { type: 'hidden', name: button.name, value: button.value }));
        }
        HTMLFormElement.prototype.submit.call(form); // already validated; a field may be called submit
      });
    });
    // Back from the next page, the proof is spent and the button must work again.
    addEventListener('pageshow', (event) => {
      if (!event.persisted) return;
      rest();
      field.value = '';
      work = undefined;
      done = false;
    });
  };

  document.querySelectorAll('form[data-proof-of-work]').forEach(enhance);
})();
