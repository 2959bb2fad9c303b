// Enhancement of an address to copy, which can be selected by hand without it.
(() => {
  'use strict';
  const enhance = (box) => {
    const field = box.querySelector('input');
    const status = box.querySelector('[role=status]');
    const buttons = {};
    box.querySelectorAll('[data-act]').forEach((button) => { buttons[button.dataset.act] = button; });

    field.addEventListener('focus', () => field.select());
    const copy = async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        if (!document.execCommand('copy')) return; // it stays selected, for a copy by hand
      }
      status.textContent = '';
      requestAnimationFrame(() => { status.textContent = box.dataset.done; });
    };
    buttons.copy.hidden = false;
    buttons.copy.addEventListener('click', copy);
    if (navigator.share) {
      buttons.share.hidden = false;
      buttons.share.addEventListener('click', () => {
        navigator.share({ title: document.title, url: field.value }).catch(() => {}); // closed again
      });
    }
  };
  document.querySelectorAll('[data-copy]').forEach(enhance);
})();
