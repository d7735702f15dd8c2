import { expect, it } from 'vitest';
import { markup } from './markup.ts';

it('what is interpolated is text, wherever it stands', () => {
  const hostile = `"><script>alert('&')</script>`;
  expect(markup`<a title="${hostile}">${hostile}</a>`.text).toBe(
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</a>',
  );
});

it('markup inside markup stays markup', () => {
  expect(markup`<p>${[markup`<b>1</b>`, markup`<b>${2}</b>`]}${undefined}</p>`.text).toBe(
    '<p><b>1</b><b>2</b></p>',
  );
});
