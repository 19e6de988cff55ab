/** The keys of what looks at a session while it runs, and decides nothing: the page, metrics, alerts. */
import { optionalText, path, secretText, text, whole } from './format.ts';

export const watchKeys = {
  inspector: {
    port: whole(4480, '', [0, 65_535], 'The page’s port; 0 takes any that is free.'),
    host: text(
      '127.0.0.1',
      /^[A-Za-z0-9][A-Za-z0-9.:-]*$|^::1?$/,
      'a host name or an address',
      'The interface that the page listens on.',
    ),
  },
  metrics: {
    port: whole(
      0,
      '',
      [0, 65_535],
      'Where /metrics, /healthz and /readyz are served, on 127.0.0.1; 0 serves none.',
    ),
  },
  alerts: {
    webhook_url: secretText(
      /^https?:\/\/[^\s@]+$/,
      'an http or https address without user or password',
      'Gets each alert as a POST of JSON. A secret: better in the environment or a file of mode 0600 than in a flag.',
    ),
    command: optionalText(
      path,
      'the path of a program',
      'Is run for each alert, without a shell, with two arguments: its kind and its sentence.',
    ),
  },
} as const;
