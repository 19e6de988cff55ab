/** Asks the server. The newest question of a kind is answered; those that it overtook are dropped. */

/** The question makes no sense to who answers. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Rejects with the server's own words. */
export const ask = async <T>(
  path: string,
  query: Readonly<Record<string, string | number>> = {},
  signal?: AbortSignal,
): Promise<T> => {
  const words = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const response = await fetch(`${path}?${words.toString()}`, signal ? { signal } : {});
  if (response.ok) return (await response.json()) as T;
  const why = (await response.text()).trim();
  throw response.status === 400 ? new Refused(why) : new Error(why);
};

/**
 * Asks one at a time: while one is on its way, of those that come only the last is kept. `take` gets each answer; one that
 * fails is left out, the stream says soon enough that nobody answers.
 */
export const newestOf = <Query, T>(
  one: (query: Query) => Promise<T>,
  take: (answer: T, query: Query) => void,
): ((query: Query) => void) => {
  let busy = false;
  let waiting: { query: Query } | null = null;
  const run = async (query: Query): Promise<void> => {
    busy = true;
    try {
      take(await one(query), query);
    } catch {
      // The next question is another chance.
    }
    busy = false;
    const next = waiting;
    waiting = null;
    if (next) void run(next.query);
  };
  return (query) => {
    if (busy) waiting = { query };
    else void run(query);
  };
};
