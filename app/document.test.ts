import { expect, it } from 'vitest';
import { withoutScript } from './document.ts';

it('drops every script of the framework and keeps every word of the page', () => {
  const html =
    '<head><link rel="stylesheet" href="/a.css"/><link rel="preload" as="script" fetchPriority="low" href="/a.js"/>' +
    '<script src="/a.js" async=""></script></head><body><p>a &lt;script&gt; b</p>' +
    '<script>self.__next_f.push([1,"\\u003c/script"])</script><p>c</p></body>';
  expect(withoutScript(html)).toBe(
    '<head><link rel="stylesheet" href="/a.css"/></head><body><p>a &lt;script&gt; b</p><p>c</p></body>',
  );
});
