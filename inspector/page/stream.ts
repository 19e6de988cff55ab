/**
 * What the server tells of a session, heard once for all windows of a browser that show it: a browser keeps six connections to a server, and
 * a stream is one. The window that has the lock listens and tells the others; when it goes, the next one has it.
 */

const kinds = ['page', 'pulse', 'frame'] as const;

/** `lost`: nobody answers; the browser tries again, or `closed` says that it does not. */
export type Told =
  | Readonly<{ kind: (typeof kinds)[number]; data: string }>
  | Readonly<{ kind: 'lost'; closed: boolean }>;

type Said = Told | Readonly<{ kind: 'asked' }>;

/** Calls back with all that is told from now on, the newest frame first. Returns what ends that. */
export const openStream = (session: number, hear: (told: Told) => void): (() => void) => {
  const name = `neo ${session}`;
  const others = new BroadcastChannel(name);
  const left = new AbortController();
  let source: EventSource | null = null;
  /** Of the stream that this window has, for a window that comes later. */
  const newest = new Map<string, Told>();

  const tell = (told: Told): void => {
    newest.set(told.kind, told);
    hear(told);
    others.postMessage(told satisfies Said);
  };
  const lead = (): void => {
    const events = new EventSource(`/api/live?session=${session}`);
    source = events;
    for (const kind of kinds) {
      events.addEventListener(kind, ({ data }) => tell({ kind, data: data as string }));
    }
    events.addEventListener('error', () =>
      tell({ kind: 'lost', closed: events.readyState === EventSource.CLOSED }),
    );
  };
  others.addEventListener('message', ({ data }) => {
    const said = data as Said;
    if (said.kind !== 'asked') hear(said);
    else if (source) for (const told of newest.values()) others.postMessage(told);
  });

  const isGone = new Promise<void>((resolve) =>
    left.signal.addEventListener('abort', () => resolve()),
  );
  /** A page that is not of this machine itself has no locks, and listens alone. */
  const { locks } = navigator as Partial<Navigator>;
  if (locks) {
    others.postMessage({ kind: 'asked' } satisfies Said);
    locks
      .request(name, { signal: left.signal }, () => {
        lead();
        return isGone;
      })
      .catch(() => undefined);
  } else lead();

  return () => {
    left.abort();
    source?.close();
    others.close();
  };
};
