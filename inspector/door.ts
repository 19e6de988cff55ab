/**
 * Who may ask the page's server, and under which rules a browser shows its answers. A page of another site is refused, also
 * one that points its own name at this machine: the name asked for must be one of ours.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

export type Refusal = Readonly<{
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 421;
  why: string;
}>;

/** The one path that takes something. */
export const actionPath = '/api/act';

/** Null lets it in. `host` is the address that the server listens on. */
export const refusalOf = (request: IncomingMessage, host: string): Refusal | null => {
  const { method, headers, url } = request;
  const isAction = url === actionPath;
  if (method !== (isAction ? 'POST' : 'GET'))
    return { status: 405, why: `Here ${isAction ? 'POST' : 'GET'} alone is answered.` };
  if (!url?.startsWith('/')) return { status: 400, why: 'Ask for a path that starts with "/".' };
  const name = nameOf(headers.host);
  if (name === null || !isOurs(name, host)) {
    return { status: 421, why: 'This server is not the one that was asked for: use its address.' };
  }
  const { origin } = headers;
  if (isAction && origin === undefined)
    return { status: 403, why: 'An action must say which page it comes from.' };
  if (origin !== undefined && origin !== `http://${headers.host}`) {
    return { status: 403, why: 'Another site may not read this page.' };
  }
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
    return { status: 403, why: 'Another site may not read this page.' };
  }
  return null;
};

/** On every answer. Nothing but the server's own files runs, is shown or is connected to. */
export const rules: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** A report has its styles, fonts and pictures within it, and no scripts. */
export const reportRules = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The name in a Host header, without its port and in lower case; null where there is none to be made out. */
const nameOf = (header: string | undefined): string | null =>
  /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(header ?? '')?.[1]?.toLowerCase() ?? null;

/** A server for all addresses of the machine answers to each of them, never to a name but `localhost`. */
const isOurs = (name: string, host: string): boolean => {
  if (name === 'localhost' || name === '127.0.0.1' || name === '[::1]') return true;
  if (name === host.toLowerCase() || name === `[${host.toLowerCase()}]`) return true;
  const everywhere = host === '0.0.0.0' || host === '::';
  return everywhere && isIP(name.replace(/^\[|\]$/g, '')) !== 0;
};
