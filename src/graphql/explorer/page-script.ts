import { FILES } from './page.ts';
import { PERSONA_HEADER } from './refusal.ts';

/**
 * The page's script. Another persona means another `fetcher`, which makes GraphiQL ask for the schema again; its
 * query stays. The address names the persona, so that it can be passed on and survives a reload.
 */
export const EXPLORER_SCRIPT = `
const workers = { json: 'jsonWorker.js', graphql: 'graphqlWorker.js' };
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker('${FILES.ruru}' + (workers[label] ?? 'editorWorker.js'), { type: 'module' }),
};
const { React, createRoot, Ruru } = await import('${FILES.ruru}ruru.js');

const persona = document.getElementById('persona');
const names = [...persona.options].map(({ value }) => value);
const wanted = new URLSearchParams(location.search).get('as');
if (names.includes(wanted)) persona.value = wanted;
const project = document.querySelector('h1').textContent;
const root = createRoot(document.getElementById('explorer'));

// An answer stays in the page when the persona changes, and may come after it: then the page says whose it is.
const whose = document.getElementById('whose');
let answered;
const tellWhose = () => {
  const stale = answered !== undefined && answered !== persona.value;
  document.body.classList.toggle('stale', stale);
  whose.textContent = stale ? 'This is the answer to ' + answered + ': run it again.' : '';
};

const fetcherAs = (name) => async (params, { headers = {} } = {}) => {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      '${PERSONA_HEADER}': encodeURIComponent(name),
      'x-graphql-explain': 'sql',
    },
    body: JSON.stringify(params),
  });
  const answer = await response.json();
  if (params.operationName !== 'IntrospectionQuery') {
    answered = name;
    tellWhose();
  }
  return answer;
};

const show = () => {
  const name = persona.value;
  history.replaceState(null, '', '?as=' + encodeURIComponent(name));
  document.title = project + ': GraphQL as ' + name;
  tellWhose();
  root.render(
    React.createElement(Ruru, {
      fetcher: fetcherAs(name),
      debugTools: ['explain'],
      defaultQuery: '# Ctrl-Enter runs the query as the persona above, Ctrl-Space completes what you type.\\n',
    }),
  );
};
persona.addEventListener('change', show);
show();
`;
