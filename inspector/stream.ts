/**
 * Sends frames to all pages that listen, as server-sent events. A page that does not keep up skips to the newest frame, one
 * that takes nothing for long is dropped: neither makes the engine wait, and nothing queues up.
 */
import type { ServerResponse } from 'node:http';

export type Stream = Readonly<{
  /** Takes over the answer; false where no more pages are taken. */
  add: (response: ServerResponse) => boolean;
  /** There is something newer to tell. */
  stir: () => void;
  /** Tells everybody the newest and ends. */
  close: () => void;
}>;

/** Of one session. */
export const pagesMax = 32;
/** Frames come no faster than this to a page. */
const frameIntervalMs = 100;
/** A pulse tells a page that the quiet is the engine's and not the line's. */
const pulseIntervalMs = 5_000;
/** A page that has not taken what it was sent by then is dropped. */
const patienceMs = 30_000;

type Page = { readonly response: ServerResponse; behind: boolean; blockedAt: number | null };

/** `first` is told once to each page, `newest` whenever there is another. Both answer one line of text. */
export const createStream = (first: () => string, newest: () => string): Stream => {
  const pages = new Set<Page>();
  let lastSentAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  const write = (page: Page, text: string): void => {
    if (page.response.write(text)) return;
    page.blockedAt = performance.now();
  };

  const tell = (): void => {
    timer = undefined;
    lastSentAt = performance.now();
    const text = message('frame', newest());
    for (const page of pages) {
      if (page.blockedAt === null) write(page, text);
      else page.behind = true;
    }
  };

  const pulse = setInterval(() => {
    const now = performance.now();
    for (const page of pages) {
      if (page.blockedAt === null) write(page, message('pulse', '{}'));
      else if (now - page.blockedAt > patienceMs) page.response.destroy();
    }
  }, pulseIntervalMs);
  pulse.unref();

  return {
    add: (response) => {
      if (pages.size >= pagesMax) return false;
      const page: Page = { response, behind: false, blockedAt: null };
      pages.add(page);
      response.on('close', () => pages.delete(page));
      response.on('error', () => response.destroy());
      response.on('drain', () => {
        page.blockedAt = null;
        if (page.behind) write(page, message('frame', newest()));
        page.behind = false;
      });
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
      write(page, `retry: 1000\n\n${message('page', first())}${message('frame', newest())}`);
      return true;
    },
    stir: () => {
      if (timer !== undefined || pages.size === 0) return;
      const wait = Math.max(0, lastSentAt + frameIntervalMs - performance.now());
      timer = setTimeout(tell, wait);
      timer.unref();
    },
    close: () => {
      clearInterval(pulse);
      clearTimeout(timer);
      if (pages.size > 0) tell();
      for (const { response } of pages) response.end();
    },
  };
};

const message = (event: string, data: string): string => `event: ${event}\ndata: ${data}\n\n`;
