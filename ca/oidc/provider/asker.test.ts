import { expect, it } from 'vitest';
import { askerOf } from './asker.ts';

const asked = (redirectUri: string) =>
  askerOf({ client_id: 'sigstore', redirect_uri: redirectUri }, 'http://localhost:3000');

it('tells the page of this very site from a program that listens on the same computer', () => {
  expect(asked('http://localhost:3000/auth/callback')).toMatchObject({
    name: 'Sigwatch on localhost:3000',
    whence: 'Its page for signing a file in the browser asks for it',
  });
  expect(asked('http://localhost:40123/auth/callback')).toMatchObject({
    name: 'sigstore on localhost',
    whence: 'A program on this computer asks for it',
  });
});
