/** The script of the page: a filter by table and by deviation. It is a convenience: the page is complete without it. */
export const FILTER = `
const form = document.querySelector('form.filter');
const bodies = [...document.querySelectorAll('table.heat tbody')];
const rowsOf = (body) => [...body.rows].filter((row) => !row.classList.contains('table'));
const total = bodies.flatMap(rowsOf).length;
function apply() {
  const { table, deviations } = form.elements;
  let shown = 0;
  for (const body of bodies) {
    const wanted = table.value === '' || body.dataset.table === table.value;
    let any = false;
    for (const row of rowsOf(body)) {
      row.hidden = !wanted || (deviations.checked && !('deviates' in row.dataset));
      if (!row.hidden) { any = true; shown++; }
    }
    body.hidden = !any;
  }
  form.querySelector('output').value = shown + ' of ' + total + ' rows';
}
form.hidden = false;
form.addEventListener('input', apply);
form.addEventListener('submit', (event) => event.preventDefault());
apply();
`;
