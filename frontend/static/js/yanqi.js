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

// A question that hangs on an earlier choice of the page hides while another option is chosen.
function ask() {
  for (const input of document.querySelectorAll('[data-when]')) {
    const [name, options] = input.dataset.when.split('=');
    const asked = [...document.getElementsByName(name)];
    const chosen = asked.flatMap(each => each.type === 'checkbox' ? (each.checked ? [each.value] : []) : [each.value]);
    const hidden = asked.length > 0 && !chosen.some(each => options.split(' ').includes(each));
    const field = input.closest('fieldset.f')?.closest('div.f') ?? input.closest('.f');
    if (field) { field.hidden = hidden; }
  }
}
if (document.querySelector('[data-when]')) {
  document.addEventListener('change', ask);
  ask();
}
