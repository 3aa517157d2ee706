// What every page of the product shares: the CSRF token of htmx requests, messages that close, focus on errors, print.
document.addEventListener('htmx:configRequest', event => {
  event.detail.headers['X-CSRFToken'] = document.querySelector('meta[name=csrf-token]').content;
});

function settle(root) {
  root.querySelector('[data-errors]')?.focus();
}
document.addEventListener('htmx:afterSwap', event => settle(event.target));
settle(document);
for (const here of document.querySelectorAll(':is(.tabs, .nav) [aria-current]')) {
  here.scrollIntoView({ block: 'nearest', inline: 'center' });
}

document.addEventListener('click', event => {
  event.target.closest('[data-dismiss]')?.parentElement.remove();
  const link = event.target.closest('[data-print]');
  if (link) { event.preventDefault(); print(); }
});
