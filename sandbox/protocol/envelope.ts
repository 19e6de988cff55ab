/** From a request to its envelope: version, command, result or error, and the request echoed beside an error. Never throws. */
import type { Json } from '../../ledger/transport.ts';
import { commands } from './commands.ts';
import { isObject } from './params.ts';
import { type Code, errorFields, Refusal } from './refusal.ts';
import type { ApiVersion, Subscriptions } from './subscriptions.ts';
import type { World } from './world.ts';

const textKeptMax = 1000;
/** What rippled does only while it follows the network (`Handler.cpp`). */
const followingOnly: ReadonlySet<string> = new Set([
  'fee',
  'ledger_accept',
  'ledger_closed',
  'ledger_current',
  'simulate',
  'submit',
  'tx',
]);
const secretFields = ['secret', 'seed', 'seed_hex', 'passphrase'] as const;

export const envelope = (params: Json, world: World, subscriptions: Subscriptions): Json => {
  const head = headOf(params);
  const failed = (error: Json): Json => failure(params, error);
  const version = versionOf(params['api_version']);
  if (version === undefined) return failed({ error: 'invalid_API_version' });
  const name = commandName(params);
  if (name === undefined) return failed({ error: 'missingCommand' });
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new Refusal('unknownCmd');
    if (world.trouble().isBlocked && followingOnly.has(name)) throw new Refusal('amendmentBlocked');
    const result = command({ params, version, world, subscriptions });
    if (typeof result['error'] === 'string') return failed(result);
    return { ...head, result, status: 'success', type: 'response' };
  } catch (error) {
    return failed(errorFields(error instanceof Refusal ? error : new Refusal('internal')));
  }
};

const failure = (params: Json, error: Json): Json => ({
  ...error,
  ...headOf(params),
  request: masked(params),
  status: 'error',
  type: 'response',
});

/** The envelope of an error that has nothing to do with what was asked. */
export const refused = (params: Json, code: Code): Json =>
  failure(params, errorFields(new Refusal(code)));

/** The object that a text begins with; what follows it is ignored, as rippled does. Undefined if it begins with none. */
export const parseText = (text: string): Json | undefined => {
  const parsed = tryParse(text) ?? tryParse(text.slice(0, endOfObject(text)));
  return isObject(parsed) ? parsed : undefined;
};

export const invalidText = (text: string): Json => ({
  error: 'jsonInvalid',
  type: 'error',
  value: text.slice(0, textKeptMax),
});

const tryParse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Where the braces that the text opens with are closed; 0 if they are not. */
const endOfObject = (text: string): number => {
  let depth = 0;
  let quoted = false;
  for (let place = 0; place < text.length; place += 1) {
    const letter = text[place];
    if (quoted) {
      if (letter === '\\') place += 1;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '{') depth += 1;
    else if (letter === '}') {
      depth -= 1;
      if (depth === 0) return place + 1;
    }
  }
  return 0;
};

const headOf = (params: Json): Json =>
  Object.fromEntries(
    ['id', 'api_version', 'jsonrpc', 'ripplerpc']
      .filter((name) => params[name] !== undefined)
      .map((name) => [name, params[name]]),
  );

const versionOf = (version: unknown): ApiVersion | undefined => {
  if (version === undefined) return 1;
  return version === 1 || version === 2 ? version : undefined;
};

/** `method` is another word for `command`; two different ones are none. */
const commandName = ({ command, method }: Json): string | undefined => {
  if (command === undefined && method === undefined) return undefined;
  if (command !== undefined && typeof command !== 'string') return undefined;
  if (method !== undefined && typeof method !== 'string') return undefined;
  if (command !== undefined && method !== undefined && command !== method) return undefined;
  return command ?? method;
};

const masked = (params: Json): Json => ({
  ...params,
  ...Object.fromEntries(
    secretFields.filter((name) => params[name] !== undefined).map((name) => [name, '<masked>']),
  ),
});
